package dev.holdfast.jepsen.differential;

import dev.holdfast.jepsen.differential.DynamoDbEndpoint.Answer;
import dev.holdfast.jepsen.differential.Scenario.Request;
import java.util.regex.Pattern;

/** Differences that we keep on purpose; each has a row of its name in docs/compatibility.md. */
enum Deviation {
  /** DynamoDB Local names Java classes and causes in its parse errors; we say what is wrong. */
  SERIALIZATION_WORDING {
    @Override
    boolean explains(Request request, Answer theirs, Answer ours) {
      return sameType(theirs, ours) && ours.errorType().equals("SerializationException");
    }
  },
  /** The position of a syntax error and the text near it are the parser's own. */
  SYNTAX_ERROR_POSITION {
    @Override
    boolean explains(Request request, Answer theirs, Answer ours) {
      return sameType(theirs, ours)
          && SYNTAX_ERROR.matcher(theirs.message()).find()
          && SYNTAX_ERROR.matcher(ours.message()).find();
    }
  },
  /** DynamoDB names the allowed values of ReturnValues; DynamoDB Local does not. */
  RETURN_VALUES_WORDING {
    @Override
    boolean explains(Request request, Answer theirs, Answer ours) {
      return sameType(theirs, ours)
          && theirs.message().equals("Return values set to invalid value")
          && ours.message().contains("eturnValues");
    }
  },
  /** DynamoDB answers no capacity unless asked; DynamoDB Local does when it deletes nothing. */
  UNASKED_CAPACITY {
    @Override
    boolean explains(Request request, Answer theirs, Answer ours) {
      return request.operation().equals("DeleteItem")
          && !request.body().contains("ReturnConsumedCapacity")
          && theirs.field("ConsumedCapacity").isPresent()
          && ours.body().asObject().isEmpty();
    }
  },
  /** A full page ends with a key in DynamoDB, also of a table that has no second item under it. */
  KEY_AFTER_A_FULL_PAGE {
    @Override
    boolean explains(Request request, Answer theirs, Answer ours) {
      return request.operation().equals("Query")
          && theirs.status() == 200
          && theirs.field("LastEvaluatedKey").isEmpty()
          && ours.field("LastEvaluatedKey").isPresent()
          && theirs
              .field("Items")
              .map(Canonical::of)
              .equals(ours.field("Items").map(Canonical::of));
    }
  },
  /** An empty page costs the minimum of a read in DynamoDB, nothing in DynamoDB Local. */
  CAPACITY_OF_NOTHING {
    @Override
    boolean explains(Request request, Answer theirs, Answer ours) {
      return request.operation().equals("Query")
          && ours.status() == 200
          && theirs.field("Items").equals(ours.field("Items"))
          && theirs.toString().contains("\"CapacityUnits\": 0.0");
    }
  },
  /** Which of several mistakes of one request is named: ours are found in another order. */
  WHICH_MISTAKE_FIRST {
    @Override
    boolean explains(Request request, Answer theirs, Answer ours) {
      boolean keyUpdate = ours.message().contains("This attribute is part of the key");
      return theirs.status() == 400
          && ours.status() == 400
          && (keyUpdate
              || (sameType(theirs, ours)
                  && (request.operation().startsWith("Batch")
                      || theirs.message().startsWith("Invalid ProjectionExpression: "))));
    }
  },
  /** DynamoDB Local words these unlike the service, whose wording we follow. */
  VALIDATION_WORDING {
    @Override
    boolean explains(Request request, Answer theirs, Answer ours) {
      return sameType(theirs, ours) && LOCAL_WORDING.matcher(theirs.message()).find();
    }
  };

  private static final Pattern LOCAL_WORDING =
      Pattern.compile(
          "^(A value provided cannot be converted into a number"
              + "|(One or more parameter values were invalid: )?Input collection .*contains dup"
              + "|DynamoDB only supports precision up to 38 digits"
              + "|Invalid attribute value type"
              + "|One or more parameter values were invalid: Type mismatch for key"
              + "|Invalid KeyConditionExpression: The BETWEEN operator requires upper bound"
              + "|Limit must be greater than or equal to 1"
              + "|Query key condition not supported"
              + "|1 validation error detected: Value '3' at 'segment'"
              + "|If segment is specified, total segment must also be specified"
              + ")");

  private static final Pattern SYNTAX_ERROR = Pattern.compile("^Invalid \\w+: Syntax error");

  abstract boolean explains(Request request, Answer theirs, Answer ours);

  private static boolean sameType(Answer theirs, Answer ours) {
    return theirs.status() == ours.status() && theirs.errorType().equals(ours.errorType());
  }

  static boolean known(Request request, Answer theirs, Answer ours) {
    for (Deviation deviation : values()) {
      if (deviation.explains(request, theirs, ours)) {
        return true;
      }
    }
    return false;
  }
}

package dev.holdfast.jepsen.differential;

import dev.holdfast.jepsen.differential.DynamoDbEndpoint.Answer;
import java.util.regex.Pattern;

/** Differences that we keep on purpose; each has a row of its name in docs/compatibility.md. */
enum Deviation {
  /** DynamoDB Local names Java classes and causes in its parse errors; we say what is wrong. */
  SERIALIZATION_WORDING {
    @Override
    boolean explains(Answer theirs, Answer ours) {
      return sameType(theirs, ours) && ours.errorType().equals("SerializationException");
    }
  },
  /** The position of a syntax error and the text near it are the parser's own. */
  SYNTAX_ERROR_POSITION {
    @Override
    boolean explains(Answer theirs, Answer ours) {
      return sameType(theirs, ours)
          && SYNTAX_ERROR.matcher(theirs.message()).find()
          && SYNTAX_ERROR.matcher(ours.message()).find();
    }
  };

  private static final Pattern SYNTAX_ERROR = Pattern.compile("^Invalid \\w+: Syntax error");

  abstract boolean explains(Answer theirs, Answer ours);

  private static boolean sameType(Answer theirs, Answer ours) {
    return theirs.status() == ours.status() && theirs.errorType().equals(ours.errorType());
  }

  static boolean known(Answer theirs, Answer ours) {
    for (Deviation deviation : values()) {
      if (deviation.explains(theirs, ours)) {
        return true;
      }
    }
    return false;
  }
}

package dev.holdfast.node.dynamodb;

import dev.holdfast.node.dynamodb.RequestListener.Outcome;
import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.Cancellation;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.node.dynamodb.error.FailureTypes;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.http.HttpAnswer;
import dev.holdfast.protocol.model.Item;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request that failed: which of DynamoDB's errors that is (design section 12). */
record Failure(ApiException error, Outcome outcome) {
  private static final Logger log = LoggerFactory.getLogger(Failure.class);

  static Failure of(Throwable thrown, String requestId) {
    Throwable failure = thrown;
    while (failure instanceof CompletionException && failure.getCause() != null) {
      failure = failure.getCause();
    }
    ApiException error = FailureTypes.asError(failure);
    if (error == null) {
      log.error("request={} failed unexpectedly", requestId, failure);
      error =
          new ApiException(
              ErrorType.INTERNAL, "The server failed; its log has request id " + requestId);
    }
    return new Failure(error, outcome(error.type()));
  }

  private static Outcome outcome(ErrorType type) {
    return switch (type) {
      case CONDITION_FAILED, DUPLICATE_ITEM, TRANSACTION_CANCELLED, TRANSACTION_CONFLICT ->
          Outcome.REJECTED;
      case THROUGHPUT_EXCEEDED, THROTTLING -> Outcome.THROTTLED;
      case UNAVAILABLE -> Outcome.UNAVAILABLE;
      case INTERNAL -> Outcome.FAILED;
      default -> Outcome.INVALID;
    };
  }

  HttpAnswer answer(String contentType) {
    return answer(error, contentType);
  }

  static HttpAnswer answer(ApiException error, String contentType) {
    JsonOutput output =
        new JsonOutput().beginObject().name("__type").string(error.type().wireName());
    if (!error.text().isEmpty()) {
      output.name(error.type().messageMember()).string(error.text());
    }
    Item item = error.item();
    if (item != null) {
      output.name("Item").item(item);
    }
    if (!error.cancellations().isEmpty()) {
      output.name("CancellationReasons").beginArray();
      error.cancellations().forEach(each -> write(output, each));
      output.endArray();
    }
    return new HttpAnswer(error.type().status(), contentType, output.endObject().bytes());
  }

  private static void write(JsonOutput output, Cancellation cancellation) {
    output.beginObject();
    Item item = cancellation.item();
    if (item != null) {
      output.name("Item").item(item);
    }
    output.name("Code").string(cancellation.code());
    String message = cancellation.message();
    if (message != null) {
      output.name("Message").string(message);
    }
    output.endObject();
  }
}

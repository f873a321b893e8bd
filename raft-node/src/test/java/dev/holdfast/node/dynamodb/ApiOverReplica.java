package dev.holdfast.node.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.node.http.HttpAnswer;
import dev.holdfast.node.http.HttpCall;
import dev.holdfast.protocol.model.Bytes;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The API over a real replica in memory: bodies in, bodies out. One thread. */
final class ApiOverReplica implements AutoCloseable {
  private static final String CREDENTIALS =
      "AWS4-HMAC-SHA256 Credential=key/20260101/eu-central-1/dynamodb/aws4_request, "
          + "SignedHeaders=host;x-amz-date, Signature=00";

  private final LocalItemStore store;
  private final DynamoDbApi api;
  private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  ApiOverReplica(Path directory) {
    store = new LocalItemStore(directory);
    Random random = new Random(7);
    api =
        new DynamoDbApi(
            store,
            store,
            DynamoDbOptions.DEFAULT,
            (name, outcome, nanos) -> {},
            random::nextLong,
            () -> 0);
    headers.put("Authorization", CREDENTIALS);
    headers.put("X-Amz-Date", "20260101T000000Z");
  }

  LocalItemStore store() {
    return store;
  }

  HttpAnswer call(String operation, String body) {
    headers.put("X-Amz-Target", "DynamoDB_20120810." + operation);
    HttpCall call =
        new HttpCall("POST", "/", headers::get, Bytes.utf8(body), "request", Runnable::run);
    try {
      return api.handle(call).toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(operation + " did not answer", e);
    }
  }

  String answer(String operation, String body) {
    HttpAnswer answer = call(operation, body);
    assertThat(answer.status()).as(answer.body().toUtf8()).isEqualTo(200);
    return answer.body().toUtf8();
  }

  /** The body of an answer with status 400. */
  String error(String operation, String body) {
    HttpAnswer answer = call(operation, body);
    assertThat(answer.status()).as(answer.body().toUtf8()).isEqualTo(400);
    return answer.body().toUtf8();
  }

  @Override
  public void close() {
    store.close();
  }
}

package dev.holdfast.node.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.node.http.HttpAnswer;
import dev.holdfast.node.http.HttpCall;
import dev.holdfast.node.http.HttpHandler;
import dev.holdfast.protocol.model.Bytes;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The API over a real replica in memory: bodies in, bodies out. One thread. */
final class ApiOverReplica implements AutoCloseable {
  private static final String CREDENTIALS =
      "AWS4-HMAC-SHA256 Credential=key/20260101/eu-central-1/dynamodb/aws4_request, "
          + "SignedHeaders=host;x-amz-date, Signature=00";

  private final LocalItemStore store;
  private final DynamoDbApi api;
  private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private String method = "POST";
  private String target = "/";

  ApiOverReplica(Path directory) {
    this(directory, Clock.systemUTC());
  }

  ApiOverReplica(Path directory, Clock clock) {
    store = new LocalItemStore(directory);
    Random random = new Random(7);
    api =
        new DynamoDbApi(
            store,
            store,
            DynamoDbOptions.DEFAULT,
            (name, outcome, nanos) -> {},
            random::nextLong,
            () -> 0,
            clock);
    resetCall();
  }

  /** Headers, method and target of calls are as usual again. */
  void resetCall() {
    headers.clear();
    headers.put("Content-Type", "application/x-amz-json-1.0");
    headers.put("Authorization", CREDENTIALS);
    headers.put("X-Amz-Date", "20260101T000000Z");
    setRequestLine("POST", "/");
  }

  /**
   * Gives calls another header.
   *
   * @param value null for calls without it
   */
  void setHeader(String name, @Nullable String value) {
    if (value == null) {
      headers.remove(name);
    } else {
      headers.put(name, value);
    }
  }

  void setRequestLine(String newMethod, String newTarget) {
    method = newMethod;
    target = newTarget;
  }

  HttpAnswer refuse(HttpHandler.Refusal refusal) {
    return api.refuse(refusal);
  }

  LocalItemStore store() {
    return store;
  }

  HttpAnswer call(String operation, String body) {
    headers.putIfAbsent("X-Amz-Target", "DynamoDB_20120810." + operation);
    HttpCall call =
        new HttpCall(method, target, headers::get, Bytes.utf8(body), "request", Runnable::run);
    try {
      return api.handle(call).toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(operation + " did not answer", e);
    } finally {
      headers.remove("X-Amz-Target");
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

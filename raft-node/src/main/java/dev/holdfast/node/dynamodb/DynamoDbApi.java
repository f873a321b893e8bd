package dev.holdfast.node.dynamodb;

import dev.holdfast.client.routing.ItemStore;
import dev.holdfast.client.routing.TransactionStore;
import dev.holdfast.node.dynamodb.RequestListener.Outcome;
import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.node.dynamodb.json.Constraints;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.node.dynamodb.json.RequestReader;
import dev.holdfast.node.dynamodb.operation.CallIdentity;
import dev.holdfast.node.dynamodb.operation.Operation;
import dev.holdfast.node.dynamodb.operation.Operations;
import dev.holdfast.node.dynamodb.operation.Request;
import dev.holdfast.node.http.HttpAnswer;
import dev.holdfast.node.http.HttpCall;
import dev.holdfast.node.http.HttpHandler;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The DynamoDB endpoint of a node. Thread-safe; keeps nothing between requests. */
public final class DynamoDbApi implements HttpHandler {
  private static final String TARGET_PREFIX = "DynamoDB_20120810.";
  private static final String STREAMS_PREFIX = "DynamoDBStreams_20120810.";
  private static final String UNKNOWN = "Unknown";

  private final DynamoDbOptions options;
  private final RequestListener listener;
  private final LongSupplier random;
  private final LongSupplier nanoClock;
  private final PlainAnswers plain;
  private final Operations operations;
  private final RequestReader reader = new RequestReader();

  /**
   * @param random thread-safe; makes table ids, and request ids for clients that send none
   * @param nanoClock measures latencies
   */
  public DynamoDbApi(
      ItemStore store,
      TransactionStore transactions,
      DynamoDbOptions options,
      RequestListener listener,
      LongSupplier random,
      LongSupplier nanoClock) {
    this(store, transactions, options, listener, random, nanoClock, Clock.systemUTC());
  }

  /**
   * @param clock tells how old things are
   */
  DynamoDbApi(
      ItemStore store,
      TransactionStore transactions,
      DynamoDbOptions options,
      RequestListener listener,
      LongSupplier random,
      LongSupplier nanoClock,
      Clock clock) {
    this.options = options;
    this.listener = listener;
    this.random = random;
    this.nanoClock = nanoClock;
    this.plain = new PlainAnswers(options.anyOrigin());
    this.operations =
        new Operations(
            store, transactions, options.requestTimeout(), random, options.partitionUnits(), clock);
  }

  @Override
  public CompletionStage<HttpAnswer> handle(HttpCall call) {
    if (!call.method().equals("POST")) {
      return CompletableFuture.completedFuture(plain.toMethod(call));
    }
    String type = ContentTypes.named(call.header("content-type"));
    if (type == null && !call.body().isEmpty()) {
      return CompletableFuture.completedFuture(plain.unknown(call));
    }
    String answerType = type == null ? ContentTypes.JSON : type;
    long startNanos = nanoClock.getAsLong();
    String name = UNKNOWN;
    CompletableFuture<JsonOutput> running;
    try {
      Operation operation = operation(call);
      name = operation.name();
      running = run(call, operation);
    } catch (RuntimeException e) {
      running = CompletableFuture.failedFuture(e);
    }
    String operationName = name;
    return running.handle(
        (output, failure) -> {
          Failure failed = failure == null ? null : Failure.of(failure, call.requestId());
          Outcome outcome = failed == null ? Outcome.OK : failed.outcome();
          listener.requestFinished(operationName, outcome, nanoClock.getAsLong() - startNanos);
          return plain.withOrigin(
              call,
              failed == null
                  ? new HttpAnswer(200, answerType, output.bytes())
                  : failed.answer(answerType));
        });
  }

  private Operation operation(HttpCall call) {
    String name = operationName(call.header("x-amz-target"));
    Operation operation = name == null ? null : operations.find(name);
    if (operation != null) {
      return operation;
    }
    throw beforeReading(
        call,
        new ApiException(
            ErrorType.UNKNOWN_OPERATION,
            name != null && Operations.isKnownButNotBuilt(name)
                ? "The operation " + name + " is not built yet in Holdfast"
                : ""));
  }

  /** What is wrong with a request's headers matters only if its body is one at all. */
  private ApiException beforeReading(HttpCall call, ApiException error) {
    return call.body().isEmpty() || reader.isJson(call.body()) ? error : ApiException.unreadable();
  }

  private Credentials credentials(HttpCall call) {
    try {
      return Credentials.of(call);
    } catch (ApiException e) {
      throw beforeReading(call, e);
    }
  }

  private static @Nullable String operationName(@Nullable String target) {
    if (target == null) {
      return null;
    }
    if (target.startsWith(TARGET_PREFIX)) {
      return target.substring(TARGET_PREFIX.length());
    }
    return target.startsWith(STREAMS_PREFIX) ? target.substring(STREAMS_PREFIX.length()) : null;
  }

  private CompletableFuture<JsonOutput> run(HttpCall call, Operation operation) {
    Credentials credentials = credentials(call);
    String host = call.header("host");
    CallIdentity identity =
        new CallIdentity(
            call.header("amz-sdk-invocation-id"),
            call.header("amz-sdk-request"),
            operation.name(),
            call.body(),
            random);
    Request request =
        new Request(
            Constraints.checked(reader.read(call.body(), operation.shape()), operation.shape()),
            credentials.region(options.defaultRegion()),
            host == null ? "localhost" : host,
            identity,
            call.executor());
    return operation.run(request);
  }

  @Override
  public HttpAnswer refuse(Refusal refusal) {
    return Failure.answer(
        switch (refusal) {
          case MALFORMED -> ApiException.serialization("The request is not valid HTTP");
          case HEADERS_TOO_LARGE ->
              new ApiException(ErrorType.HEADERS_TOO_LARGE, "The headers are too large");
          case BODY_TOO_LARGE ->
              new ApiException(
                  ErrorType.REQUEST_TOO_LARGE, "Request size exceeded the limit of 16 MB");
          case NOT_DECODABLE ->
              // 500 and nothing else is what the service says, too (Alternator's tests)
              new ApiException(
                  ErrorType.INTERNAL, "The request body is not what its Content-Encoding says");
          case TOO_SLOW ->
              new ApiException(
                  ErrorType.REQUEST_TIMEOUT, "The request did not arrive completely in time");
          case OVERLOADED ->
              new ApiException(ErrorType.UNAVAILABLE, "Too much is being asked at once; try again");
          case FAILED -> new ApiException(ErrorType.INTERNAL, "The server failed");
        },
        ContentTypes.AMAZON_JSON);
  }
}

package dev.holdfast.node.control;

import dev.holdfast.node.http.HttpAnswer;
import dev.holdfast.node.http.HttpCall;
import dev.holdfast.node.http.HttpHandler;
import dev.holdfast.protocol.model.Bytes;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Answers {@code GET /status} at the DynamoDB endpoint as the admin endpoint does, so that whoever
 * knows one address of the cluster can find the others. Everything else is the API's.
 */
public final class StatusRoute implements HttpHandler {
  private static final String PATH = "/status";

  private final HttpHandler api;
  private final Supplier<? extends CompletionStage<String>> status;

  /**
   * @param status makes the JSON document; never fails
   */
  public StatusRoute(HttpHandler api, Supplier<? extends CompletionStage<String>> status) {
    this.api = api;
    this.status = status;
  }

  @Override
  public CompletionStage<HttpAnswer> handle(HttpCall call) {
    return call.method().equals("GET") && call.target().equals(PATH)
        ? status.get().thenApply(json -> new HttpAnswer(200, "application/json", Bytes.utf8(json)))
        : api.handle(call);
  }

  @Override
  public HttpAnswer refuse(Refusal refusal) {
    return api.refuse(refusal);
  }
}

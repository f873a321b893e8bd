package dev.holdfast.node.http;

import dev.holdfast.node.http.HttpHandler.Refusal;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has complete requests answered, whatever protocol they came by: within the limit of requests at
 * once, with their bodies decoded and their answers compressed. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what the last stage returns says nothing more
final class RequestService {
  private static final Logger log = LoggerFactory.getLogger(RequestService.class);

  private final Admission admission;
  private final HttpHandler handler;
  private final RequestIds requestIds;

  RequestService(Admission admission, HttpHandler handler, RequestIds requestIds) {
    this.admission = admission;
    this.handler = handler;
    this.requestIds = requestIds;
  }

  Admission admission() {
    return admission;
  }

  String nextRequestId() {
    return requestIds.next();
  }

  HttpAnswer refuse(Refusal refusal) {
    return handler.refuse(refusal);
  }

  /**
   * Serves one request.
   *
   * @param arrived the call's body, with what is reserved for it; the caller releases it
   * @param answered told once, on the call's executor
   */
  void serve(HttpCall call, RequestBody arrived, Consumer<HttpAnswer> answered) {
    if (!admission.enterRequest()) {
      answered.accept(handler.refuse(Refusal.OVERLOADED));
      return;
    }
    HttpCall decoded = call;
    String encoding = call.header("content-encoding");
    if (encoding != null) {
      Refusal refusal = arrived.decode(encoding).refusal();
      if (refusal != null) {
        admission.leaveRequest();
        answered.accept(handler.refuse(refusal));
        return;
      }
      decoded = call.withBody(arrived.bytes());
    }
    handle(decoded, answered);
  }

  private void handle(HttpCall call, Consumer<HttpAnswer> answered) {
    CompletionStage<HttpAnswer> stage;
    try {
      stage = handler.handle(call);
    } catch (RuntimeException e) {
      served(call, null, e, answered);
      return;
    }
    stage.whenComplete(
        (answer, failure) ->
            call.executor().execute(() -> served(call, answer, failure, answered)));
  }

  private void served(
      HttpCall call,
      @Nullable HttpAnswer answer,
      @Nullable Throwable failure,
      Consumer<HttpAnswer> answered) {
    admission.leaveRequest();
    if (answer == null) {
      log.error("request={} the handler failed", call.requestId(), failure);
      answered.accept(handler.refuse(Refusal.FAILED));
    } else {
      answered.accept(AnswerCoding.applied(call, answer));
    }
  }
}

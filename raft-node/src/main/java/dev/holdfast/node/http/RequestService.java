package dev.holdfast.node.http;

import dev.holdfast.node.http.HttpHandler.Refusal;
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
   * @param arrived the call's body, with what is reserved for it, which is released here
   * @param answered told once, on the call's executor
   */
  void serve(HttpCall call, RequestBody arrived, Consumer<HttpAnswer> answered) {
    Serving serving = new Serving(call, arrived, answered);
    if (!admission.enterRequest()) {
      arrived.release();
      answered.accept(handler.refuse(Refusal.OVERLOADED));
      return;
    }
    try {
      serving.begin();
    } catch (Throwable e) { // whatever it is, the request must leave
      serving.failed(e);
    }
  }

  /** One request that has entered; it leaves once, whatever is thrown. On the call's executor. */
  private final class Serving {
    private final HttpCall call;
    private final RequestBody arrived;
    private final Consumer<HttpAnswer> answered;
    private boolean left;

    Serving(HttpCall call, RequestBody arrived, Consumer<HttpAnswer> answered) {
      this.call = call;
      this.arrived = arrived;
      this.answered = answered;
    }

    void begin() {
      HttpCall decoded = call;
      String encoding = call.header("content-encoding");
      if (encoding != null) {
        Refusal refusal = arrived.decode(encoding).refusal();
        if (refusal != null) {
          leave(handler.refuse(refusal));
          return;
        }
        decoded = call.withBody(arrived.bytes());
      }
      handler
          .handle(decoded)
          .whenComplete(
              (answer, failure) -> call.executor().execute(() -> served(answer, failure)));
    }

    private void served(@Nullable HttpAnswer answer, @Nullable Throwable failure) {
      if (answer == null) {
        failed(failure);
        return;
      }
      HttpAnswer encoded = answer;
      try {
        encoded = AnswerCoding.applied(call, answer);
      } catch (Throwable e) { // what was done is still said, only longer
        log.error("request={} its answer could not be compressed", call.requestId(), e);
      }
      leave(encoded);
    }

    void failed(@Nullable Throwable failure) {
      if (!left) {
        log.error("request={} the handler failed", call.requestId(), failure);
        leave(handler.refuse(Refusal.FAILED));
      }
    }

    private void leave(HttpAnswer answer) {
      if (!left) {
        left = true;
        arrived.release();
        admission.leaveRequest();
        answered.accept(answer);
      }
    }
  }
}

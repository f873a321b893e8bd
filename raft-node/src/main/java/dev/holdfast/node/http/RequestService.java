package dev.holdfast.node.http;

import dev.holdfast.node.http.HttpHandler.Refusal;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has complete requests answered, whatever protocol they came by: within the limit of requests at
 * once, with their bodies decoded and their answers compressed. Large bodies are packed and
 * unpacked aside, so that the other connections of an event loop do not wait for them. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what the last stage returns says nothing more
final class RequestService {
  /** What is packed or unpacked on an event loop, which takes a few milliseconds. */
  static final int ON_LOOP_BYTES_MAX = 256 << 10;

  private static final Logger log = LoggerFactory.getLogger(RequestService.class);

  private final Admission admission;
  private final HttpHandler handler;
  private final RequestIds requestIds;
  private final Executor coders;

  /**
   * @param coders runs what packs and unpacks large bodies; rejects when it has enough of them
   */
  RequestService(Admission admission, HttpHandler handler, RequestIds requestIds, Executor coders) {
    this.admission = admission;
    this.handler = handler;
    this.requestIds = requestIds;
    this.coders = coders;
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
   * @param arrived the call's body, with what is reserved for it, which is released here; the
   *     caller does not touch it again
   * @param answered told once, on the call's executor
   */
  void serve(HttpCall call, RequestBody arrived, Consumer<HttpAnswer> answered) {
    Serving serving = new Serving(call, arrived, answered);
    if (!admission.enterRequest()) {
      arrived.release();
      answered.accept(handler.refuse(Refusal.OVERLOADED));
      return;
    }
    serving.step(serving::begin);
  }

  /**
   * One request that has entered; it leaves once, whatever is thrown. On the call's executor, but
   * for what the coders do, during which nothing else happens to it.
   */
  private final class Serving {
    /** With the body as it is known so far: what it was unpacked from is not kept. */
    private HttpCall call;

    private final RequestBody arrived;
    private final Consumer<HttpAnswer> answered;
    private boolean left;

    Serving(HttpCall call, RequestBody arrived, Consumer<HttpAnswer> answered) {
      this.call = call;
      this.arrived = arrived;
      this.answered = answered;
    }

    void step(Runnable step) {
      try {
        step.run();
      } catch (Throwable e) { // whatever it is, the request must leave
        failed(e);
      }
    }

    /** Goes on, on the call's executor. */
    private void afterwards(Runnable step) {
      try {
        call.executor().execute(() -> step(step));
      } catch (RejectedExecutionException e) { // the server has stopped, and all its counts
        log.debug("request={} nobody waits for its answer any longer", call.requestId());
      }
    }

    void begin() {
      String encoding = call.header("content-encoding");
      if (encoding == null) {
        ask();
        return;
      }
      RequestBody.Room room =
          arrived.size() > ON_LOOP_BYTES_MAX
              ? RequestBody.Room.TOO_LARGE_FOR_NOW
              : arrived.decode(encoding, ON_LOOP_BYTES_MAX);
      if (room == RequestBody.Room.TOO_LARGE_FOR_NOW) {
        decodeAside(encoding);
      } else {
        decoded(room);
      }
    }

    private void decodeAside(String encoding) {
      try {
        coders.execute(
            () -> {
              RequestBody.Room room;
              try {
                room = arrived.decode(encoding, Integer.MAX_VALUE);
              } catch (Throwable e) {
                afterwards(() -> failed(e));
                return;
              }
              afterwards(() -> decoded(room));
            });
      } catch (RejectedExecutionException e) {
        leave(handler.refuse(Refusal.OVERLOADED));
      }
    }

    private void decoded(RequestBody.Room room) {
      Refusal refusal = room.refusal();
      if (refusal != null) {
        leave(handler.refuse(refusal));
      } else {
        call = call.withBody(arrived.bytes());
        ask();
      }
    }

    private void ask() {
      handler
          .handle(call)
          .whenComplete((answer, failure) -> afterwards(() -> served(answer, failure)));
    }

    private void served(@Nullable HttpAnswer answer, @Nullable Throwable failure) {
      if (answer == null) {
        failed(failure);
        return;
      }
      AnswerCoding coding = AnswerCoding.of(call, answer);
      if (coding == null) {
        leave(answer);
      } else if (answer.body().size() <= ON_LOOP_BYTES_MAX) {
        leave(encoded(coding, answer));
      } else {
        encodeAside(coding, answer);
      }
    }

    private void encodeAside(AnswerCoding coding, HttpAnswer answer) {
      int bytes = answer.body().size();
      if (!admission.enterPacking(bytes)) {
        leave(answer);
        return;
      }
      try {
        coders.execute(
            () -> {
              HttpAnswer packed = answer;
              try {
                packed = encoded(coding, answer);
              } finally {
                HttpAnswer sent = packed;
                admission.leavePacking(bytes);
                afterwards(() -> leave(sent));
              }
            });
      } catch (RejectedExecutionException e) {
        admission.leavePacking(bytes);
        leave(answer);
      }
    }

    private HttpAnswer encoded(AnswerCoding coding, HttpAnswer answer) {
      try {
        return coding.applied(answer);
      } catch (Throwable e) { // what was done is still said, only longer
        log.error("request={} its answer could not be compressed", call.requestId(), e);
        return answer;
      }
    }

    private void failed(@Nullable Throwable failure) {
      log.error("request={} failed, answered={}", call.requestId(), left, failure);
      if (!left) {
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

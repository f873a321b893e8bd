package dev.holdfast.node.http;

import dev.holdfast.node.http.HttpCall.Headers;
import java.time.Duration;

/** One request and its answer on an HTTP/2 connection. Used on one event loop. */
final class Http2Exchange {
  /** How far it is. */
  enum Phase {
    /** Waiting for the rest of its body. */
    READING,
    /** The handler has it. */
    SERVING,
    /** Waiting for the client to take the answer. */
    WRITING,
    /** Refused and answered; what still comes of its body is thrown away. */
    DISCARDING,
    /** The stream is closed. */
    ENDED
  }

  private final int streamId;
  private final String requestId;
  private final String method;
  private final String target;
  private final Headers headers;
  private final RequestBody body;
  private Phase phase = Phase.READING;
  private long deadlineNanos;

  Http2Exchange(
      int streamId,
      String requestId,
      String method,
      String target,
      Headers headers,
      RequestBody body) {
    this.streamId = streamId;
    this.requestId = requestId;
    this.method = method;
    this.target = target;
    this.headers = headers;
    this.body = body;
  }

  int streamId() {
    return streamId;
  }

  String requestId() {
    return requestId;
  }

  boolean isHead() {
    return method.equals("HEAD");
  }

  RequestBody body() {
    return body;
  }

  HttpCall call(LoopExecutor executor) {
    return new HttpCall(method, target, headers, body.bytes(), requestId, executor);
  }

  boolean is(Phase asked) {
    return phase == asked;
  }

  void enter(Phase next, long nowNanos, Duration limit) {
    phase = next;
    deadlineNanos = nowNanos + limit.toNanos();
  }

  /** The handler's own deadline bounds this phase. */
  void beginServing() {
    phase = Phase.SERVING;
  }

  boolean isLate(long nowNanos) {
    boolean timed = phase != Phase.SERVING && phase != Phase.ENDED;
    return timed && nowNanos - deadlineNanos >= 0;
  }

  /** The stream is closed; what the handler still holds is released by its answer. */
  void end() {
    if (phase == Phase.READING) {
      body.release();
    }
    phase = Phase.ENDED;
  }
}

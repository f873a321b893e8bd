package dev.holdfast.node.telemetry;

import java.util.concurrent.CompletableFuture;

/** One page of the admin endpoint. */
@FunctionalInterface
public interface AdminPage {
  /** What a page answers. */
  record Answer(int status, String contentType, String body) {
    public static Answer text(int status, String body) {
      return new Answer(status, "text/plain; charset=utf-8", body);
    }

    public static Answer json(String body) {
      return new Answer(200, "application/json", body);
    }
  }

  /** Must not block; a failed future is answered 503 with its message. */
  CompletableFuture<Answer> answer();
}

package dev.holdfast.node.http;

import dev.holdfast.protocol.model.Bytes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers {@code path:size of body}; paths under /hold wait until they are released. */
final class EchoHandler implements HttpHandler {
  /** Requests that have come. */
  final AtomicInteger askedCount = new AtomicInteger();

  /** What is done on each, on its event loop. */
  volatile Runnable whenAsked = () -> {};

  /** Requests that wait. */
  final ConcurrentLinkedQueue<CompletableFuture<HttpAnswer>> held = new ConcurrentLinkedQueue<>();

  @Override
  public CompletionStage<HttpAnswer> handle(HttpCall call) {
    askedCount.incrementAndGet();
    whenAsked.run();
    if (call.target().equals("/fail")) {
      throw new IllegalStateException("a bug");
    }
    if (call.target().equals("/error")) {
      throw new StackOverflowError("a bug that is no exception");
    }
    if (call.target().startsWith("/answer/")) {
      int size = Integer.parseInt(call.target().substring("/answer/".length()));
      return CompletableFuture.completedFuture(answer(200, "x".repeat(size)));
    }
    HttpAnswer answer = answer(200, call.target() + ":" + call.body().size());
    if (!call.target().startsWith("/hold")) {
      return CompletableFuture.completedFuture(answer);
    }
    CompletableFuture<HttpAnswer> future = new CompletableFuture<>();
    held.add(future);
    return future.thenApply(ignored -> answer);
  }

  @Override
  public HttpAnswer refuse(Refusal refusal) {
    int status =
        switch (refusal) {
          case MALFORMED -> 400;
          case NOT_DECODABLE -> 500;
          case HEADERS_TOO_LARGE -> 431;
          case BODY_TOO_LARGE -> 413;
          case TOO_SLOW -> 408;
          case OVERLOADED -> 503;
          case FAILED -> 500;
        };
    return answer(status, refusal.name());
  }

  static HttpAnswer answer(int status, String text) {
    return new HttpAnswer(status, "text/plain", Bytes.utf8(text));
  }
}

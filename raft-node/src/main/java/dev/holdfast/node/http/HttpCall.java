package dev.holdfast.node.http;

import dev.holdfast.protocol.model.Bytes;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One complete request.
 *
 * @param target as it stands in the request line, query included
 * @param body the caller may keep it; nobody writes to it again
 * @param requestId what the answer's {@code x-amzn-RequestId} will say
 * @param executor runs tasks on the connection's event loop, at once when already there
 */
public record HttpCall(
    String method,
    String target,
    Headers headers,
    Bytes body,
    String requestId,
    Executor executor) {

  /** The request's headers. */
  @FunctionalInterface
  public interface Headers {
    /** The first value of a header, its name in any case; null when there is none. */
    @Nullable String get(String name);
  }

  HttpCall withBody(Bytes decoded) {
    return new HttpCall(method, target, headers, decoded, requestId, executor);
  }

  public @Nullable String header(String name) {
    return headers.get(name);
  }
}

package dev.holdfast.node.http;

import java.util.concurrent.CompletionStage;

/** What answers requests; declared here, implemented by the API that is served. */
public interface HttpHandler {
  /**
   * Answers one request.
   *
   * <p>Called on the connection's event loop, so it must not block. The answer may be completed on
   * any thread; completing it on {@link HttpCall#executor} saves a hand-off. A stage that fails, or
   * a throw, is answered by {@link #refuse} with {@link Refusal#FAILED}.
   */
  CompletionStage<HttpAnswer> handle(HttpCall call);

  /** The answer to a request that the server itself turns away; must not block or throw. */
  HttpAnswer refuse(Refusal refusal);

  /** Why the server turned a request away. */
  enum Refusal {
    /** Not HTTP, or not the HTTP we speak. */
    MALFORMED,
    /** The request line or the headers are larger than the limit. */
    HEADERS_TOO_LARGE,
    /** The body is larger than the limit. */
    BODY_TOO_LARGE,
    /** The body's encoding is none we know, or the body is not encoded so. */
    NOT_DECODABLE,
    /** The request did not arrive completely in time. */
    TOO_SLOW,
    /** Too many connections, requests or body bytes are in flight. */
    OVERLOADED,
    /** The handler failed. */
    FAILED
  }
}

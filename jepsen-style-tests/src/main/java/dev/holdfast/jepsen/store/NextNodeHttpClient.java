package dev.holdfast.jepsen.store;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/**
 * An HTTP client for the AWS SDK that sends every attempt to another node than the one before, and
 * can lose answers. So the SDK's own retries, which carry one invocation id, arrive elsewhere, as
 * behind a load balancer. Used by one thread.
 */
public final class NextNodeHttpClient implements SdkHttpClient {
  private static final int UNAVAILABLE = 503;
  private static final int CLIENT_ERROR_MIN = 400;
  private static final int SERVER_ERROR_MIN = 500;

  private final SdkHttpClient http;
  private final List<URI> nodes;
  private int next;
  private int answersToLose;
  private int attemptCount;
  private boolean mayHaveHappened;

  /**
   * @param first the node of the first attempt
   */
  public NextNodeHttpClient(List<URI> nodes, int first, Duration patience) {
    this.nodes = nodes;
    this.next = first;
    this.http =
        UrlConnectionHttpClient.builder()
            .connectionTimeout(patience)
            .socketTimeout(patience)
            .build();
  }

  /** Begins to watch another call. */
  public void beginCall() {
    mayHaveHappened = false;
    attemptCount = 0;
  }

  /** Whether some attempt of the call ended in a way that leaves its effect open. */
  boolean mayHaveHappened() {
    return mayHaveHappened;
  }

  /** Of the call that was begun last. */
  public int attemptCount() {
    return attemptCount;
  }

  /** The next answers are thrown away after they have arrived. */
  public void loseAnswers(int count) {
    answersToLose = count;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    URI node = nodes.get(next);
    next = (next + 1) % nodes.size();
    attemptCount++;
    SdkHttpRequest redirected =
        request.httpRequest().toBuilder().host(node.getHost()).port(node.getPort()).build();
    HttpExecuteRequest.Builder copy =
        HttpExecuteRequest.builder()
            .request(redirected)
            .contentStreamProvider(request.contentStreamProvider().orElse(null));
    request.metricCollector().ifPresent(copy::metricCollector);
    return new Attempt(http.prepareRequest(copy.build()));
  }

  private final class Attempt implements ExecutableHttpRequest {
    private final ExecutableHttpRequest sent;

    Attempt(ExecutableHttpRequest sent) {
      this.sent = sent;
    }

    @Override
    public HttpExecuteResponse call() throws IOException {
      HttpExecuteResponse response;
      try {
        response = sent.call();
      } catch (IOException e) {
        mayHaveHappened |= !refusedConnection(e);
        throw e;
      }
      if (answersToLose > 0) {
        answersToLose--;
        mayHaveHappened = true;
        sent.abort();
        throw new IOException("the answer was lost on purpose");
      }
      int status = response.httpResponse().statusCode();
      // 400: rejected or throttled; 503: nothing happened; 500: nobody knows (design section 12)
      mayHaveHappened |=
          status != UNAVAILABLE && (status < CLIENT_ERROR_MIN || status >= SERVER_ERROR_MIN);
      return response;
    }

    private static boolean refusedConnection(@Nullable Throwable failure) {
      return failure != null
          && (failure instanceof ConnectException || refusedConnection(failure.getCause()));
    }

    @Override
    public void abort() {
      sent.abort();
    }
  }

  @Override
  public void close() {
    http.close();
  }

  @Override
  public String clientName() {
    return "NextNode";
  }
}

package dev.holdfast.jepsen.store;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The AWS SDK with its own retries, each through another node and with the same request token, and
 * what its failures mean. Used by one thread.
 */
public final class NextNodeSdk implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final NextNodeHttpClient http;
  private final DynamoDbClient client;

  /**
   * @param first the node of the first attempt
   */
  public NextNodeSdk(List<URI> nodes, int first) {
    this.http = new NextNodeHttpClient(nodes, first, PATIENCE);
    this.client = AwsSdk.client(nodes.get(first), http);
  }

  /**
   * Makes one call.
   *
   * @throws NoEffectException when no attempt of it can have changed anything
   * @throws SdkException when one may have
   */
  public <T> T call(Function<DynamoDbClient, T> call) {
    http.beginCall();
    try {
      return call.apply(client);
    } catch (SdkException e) {
      if (http.mayHaveHappened()) {
        throw e;
      }
      throw new NoEffectException(e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}

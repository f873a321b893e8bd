package dev.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A call that goes on trying does not outlive its client. */
class ClosedClientTest {
  private static final int SOON_SECONDS = 20;

  @Test
  void whatIsUnderWayFailsWhenTheClientIsClosed() throws Exception {
    HoldfastClient client =
        HoldfastClient.builder()
            .address("127.0.0.1:" + nobodysPort())
            .timeout(Duration.ofMinutes(10))
            .build();
    CompletableFuture<Optional<Document>> call = client.table("things").get(Key.of("k"));
    CompletableFuture<Optional<Document>> other = client.table("others").get(Key.of("k"));
    assertThat(call).isNotDone();

    client.close();

    assertThat(call.handle((found, failure) -> failure).get(SOON_SECONDS, TimeUnit.SECONDS))
        .isInstanceOf(HoldfastException.class);
    assertThat(other.handle((found, failure) -> failure).get(SOON_SECONDS, TimeUnit.SECONDS))
        .isInstanceOf(HoldfastException.class);
    assertThat(
            client
                .table("things")
                .get(Key.of("k"))
                .handle((found, failure) -> failure)
                .get(SOON_SECONDS, TimeUnit.SECONDS))
        .as("a call that comes later")
        .isNotNull();
  }

  private static int nobodysPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}

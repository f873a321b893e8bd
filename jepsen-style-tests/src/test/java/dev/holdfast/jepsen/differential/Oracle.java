package dev.holdfast.jepsen.differential;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.Ports;
import dev.holdfast.jepsen.cluster.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** DynamoDB Local in memory, in a process of its own. */
final class Oracle implements AutoCloseable {
  private final ServerProcess process;
  private final Path log;
  private final DynamoDbEndpoint endpoint;

  private Oracle(ServerProcess process, Path log, DynamoDbEndpoint endpoint) {
    this.process = process;
    this.log = log;
    this.endpoint = endpoint;
  }

  static Oracle start() throws IOException {
    Path libraries = Path.of("oracle/target/lib").toAbsolutePath();
    if (!Files.isDirectory(libraries)) {
      throw new IllegalStateException("the oracle is not fetched; run: mvn verify");
    }
    int port = Ports.free(1).get(0);
    Path log = Files.createTempFile("holdfast-oracle-", ".log");
    ServerProcess process =
        ServerProcess.java(
            List.of(
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-Dsqlite4java.library.path=" + libraries,
                "-cp",
                libraries + "/*",
                "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
                "-inMemory",
                "-sharedDb",
                "-disableTelemetry",
                "-port",
                Integer.toString(port)),
            log);
    Await.until("DynamoDB Local listens", Duration.ofSeconds(60), () -> listens(port));
    URI uri = URI.create("http://127.0.0.1:" + port);
    return new Oracle(process, log, new DynamoDbEndpoint(uri));
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  DynamoDbEndpoint endpoint() {
    return endpoint;
  }

  @Override
  public void close() throws IOException {
    process.close();
    Files.deleteIfExists(log);
  }
}

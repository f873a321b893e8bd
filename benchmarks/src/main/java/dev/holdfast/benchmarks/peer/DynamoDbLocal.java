package dev.holdfast.benchmarks.peer;

import dev.holdfast.benchmarks.driver.HttpTarget;
import dev.holdfast.benchmarks.load.ProcessCpu;
import dev.holdfast.benchmarks.load.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** DynamoDB Local in memory: one process, nothing durable. */
public final class DynamoDbLocal implements Peer {
  private static final Duration START_MAX = Duration.ofSeconds(60);
  private static final int FETCH_MINUTES_MAX = 5;
  private static final String PLUGIN =
      "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";

  private final ServerProcess process;
  private final int port;

  /**
   * Blocks until it answers.
   *
   * @param home of the repository; the first start fetches the libraries with Maven, below {@code
   *     benchmarks/target}
   * @param directory for the log
   */
  public DynamoDbLocal(Path home, Path directory) {
    Path libraries = home.resolve("benchmarks/target/peers/dynamodb-local").toAbsolutePath();
    if (!Files.isDirectory(libraries)) {
      fetch(home, libraries, directory);
    }
    port = ServerProcess.freePorts(1).get(0);
    process =
        ServerProcess.start(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dsqlite4java.library.path=" + libraries,
                "-cp",
                libraries + "/*",
                "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
                "-inMemory",
                "-disableTelemetry",
                "-port",
                Integer.toString(port)),
            directory.resolve("dynamodb-local.log"));
    HttpProbe probe = new HttpProbe();
    process.await("DynamoDB Local answers", START_MAX, () -> answers(probe));
  }

  @Override
  public Target target(int laneCount) {
    return new HttpTarget(
        "DynamoDB Local",
        placeCount -> List.of("bench", "bench-1", "bench-2").subList(0, placeCount),
        () -> List.of(InetSocketAddress.createUnresolved("127.0.0.1", port)),
        laneCount);
  }

  @Override
  public ProcessCpu processes() {
    return new ProcessCpu(List.of(process.pid()));
  }

  @Override
  public void close() {
    process.close();
  }

  private boolean answers(HttpProbe probe) {
    return probe
        .post(
            "http://127.0.0.1:" + port + "/",
            "{}",
            "X-Amz-Target",
            "DynamoDB_20120810.ListTables",
            "Content-Type",
            "application/x-amz-json-1.0",
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/dynamodb/aws4_request,"
                + " SignedHeaders=host, Signature=0")
        .isPresent();
  }

  private static void fetch(Path home, Path libraries, Path directory) {
    try (ServerProcess maven =
        ServerProcess.start(
            List.of(
                "mvn",
                "-q",
                "-B",
                "-f",
                home.resolve("benchmarks/peers/dynamodb-local.pom.xml").toString(),
                PLUGIN,
                "-DoutputDirectory=" + libraries),
            directory.resolve("dynamodb-local-fetch.log"))) {
      maven.awaitSuccess("fetching DynamoDB Local", Duration.ofMinutes(FETCH_MINUTES_MAX));
    }
    if (!Files.isDirectory(libraries)) {
      throw new UncheckedIOException(new IOException("Maven left no " + libraries));
    }
  }
}

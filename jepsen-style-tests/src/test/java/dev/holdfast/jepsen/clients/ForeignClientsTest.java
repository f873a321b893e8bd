package dev.holdfast.jepsen.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.holdfast.jepsen.cluster.LocalCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Scripts for clients of other languages, in src/test/clients. Where a client is not installed its
 * test says so and is skipped; with {@code -Dclients.required=true}, as .ci/run has it, it fails.
 */
class ForeignClientsTest {
  private static final Path SCRIPTS = Path.of("src/test/clients").toAbsolutePath();
  private static final Path NODE_MODULES = Path.of("target/clients").toAbsolutePath();
  private static final int SECONDS_MAX = 120;

  @SuppressWarnings("NullAway.Init")
  private static LocalCluster cluster;

  @BeforeAll
  static void start() {
    cluster = LocalCluster.start(3, 1);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void boto3Works() throws Exception {
    require("boto3", succeeds("python3", "-c", "import boto3"));
    run("python3", SCRIPTS.resolve("boto3_client.py").toString(), endpoint(0));
  }

  @Test
  void theAwsCliWorks() throws Exception {
    require("the AWS CLI", succeeds("aws", "--version"));
    run("bash", SCRIPTS.resolve("aws_cli.sh").toString(), endpoint(1));
  }

  @Test
  void theAwsSdkForJavaScriptWorks() throws Exception {
    boolean installed = Files.isDirectory(NODE_MODULES.resolve("node_modules/@aws-sdk"));
    require("the AWS SDK for JavaScript", installed && succeeds("node", "--version"));
    String script = SCRIPTS.resolve("sdk_v3.mjs").toString();
    run("node", script, endpoint(2), NODE_MODULES.toString());
  }

  private static String endpoint(int node) {
    return cluster.endpoint(node).toString();
  }

  private static void require(String client, boolean installed) {
    if (installed) {
      return;
    }
    String message = client + " is not installed; .ci/run installs it";
    assertThat(Boolean.getBoolean("clients.required")).as(message).isFalse();
    System.out.println("SKIPPED: " + message);
    abort(message);
  }

  private static boolean succeeds(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("holdfast-client-", ".log");
    try {
      Process process =
          new ProcessBuilder(List.of(command))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(SECONDS_MAX, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
      }
      String text = Files.readString(output, StandardCharsets.UTF_8);
      System.out.print(text);
      assertThat(ended).as(text).isTrue();
      assertThat(process.exitValue()).as(text).isZero();
    } finally {
      Files.delete(output);
    }
  }
}

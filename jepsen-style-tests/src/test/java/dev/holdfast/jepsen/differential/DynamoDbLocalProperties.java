package dev.holdfast.jepsen.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.differential.DynamoDbEndpoint.Answer;
import dev.holdfast.jepsen.differential.Scenario.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/**
 * The same requests to both systems, the same answers from both; what differs on purpose is a
 * {@link Deviation}. {@code -Ddifferential.requests=N} makes every scenario longer, {@code
 * -Ddifferential.scenarios=N} plays more, {@code -Ddifferential.seed=S} others.
 */
class DynamoDbLocalProperties {
  private static final long SEED = 20_260_801;
  private static final int REQUESTS = Integer.getInteger("differential.requests", 60);
  private static final int SCENARIOS = Integer.getInteger("differential.scenarios", 40);

  @SuppressWarnings("NullAway.Init")
  private static Oracle oracle;

  @SuppressWarnings("NullAway.Init")
  private static LocalCluster cluster;

  @SuppressWarnings("NullAway.Init")
  private static DynamoDbEndpoint holdfast;

  @BeforeContainer
  static void start() throws IOException {
    oracle = Oracle.start();
    cluster = LocalCluster.start(1, 1);
    holdfast = new DynamoDbEndpoint(cluster.endpoint(0));
  }

  @AfterContainer
  static void stop() throws IOException {
    oracle.close();
    cluster.close();
  }

  /** All of a run are reported together, each kind of difference once. */
  @Example
  void answersAreThoseOfDynamoDb() {
    long seed = Long.getLong("differential.seed", SEED);
    System.out.println("differential.seed=" + seed);
    Random random = new Random(seed);
    Map<String, String> differences = new TreeMap<>();
    for (int i = 0; i < SCENARIOS; i++) {
      run(new Scenario(random.nextLong()), differences);
    }
    assertThat(differences.values()).as("differential.seed=%d", seed).isEmpty();
  }

  private static void run(Scenario scenario, Map<String, String> differences) {
    Request create = scenario.create();
    assertThat(oracle.endpoint().call("CreateTable", create.body()).status()).isEqualTo(200);
    assertThat(holdfast.call("CreateTable", create.body()).status()).isEqualTo(200);
    String describe = "{\"TableName\":\"" + scenario.table() + "\"}";
    Await.until(
        "table is active",
        Duration.ofSeconds(20),
        () -> holdfast.call("DescribeTable", describe).toString().contains("\"ACTIVE\""));

    for (Request request : scenario.requests(REQUESTS)) {
      compare(request, differences);
    }
    compare(new Request("Scan", describe.replace("}", ",\"ConsistentRead\":true}")), differences);
    oracle.endpoint().call("DeleteTable", scenario.delete().body());
    holdfast.call("DeleteTable", scenario.delete().body());
  }

  private static void compare(Request request, Map<String, String> differences) {
    Answer theirs = oracle.endpoint().call(request.operation(), request.body());
    Answer ours = holdfast.call(request.operation(), request.body());
    if (!same(request, theirs, ours) && !Deviation.known(request, theirs, ours)) {
      differences.putIfAbsent(
          request.operation() + kind(theirs) + kind(ours),
          "\n" + request + "\n  DynamoDB: " + theirs + "\n  Holdfast: " + ours);
    }
  }

  private static String kind(Answer answer) {
    String message = answer.message().replaceAll("(?<=[:\\[]) .*", "");
    return " " + answer.status() + answer.errorType() + message;
  }

  private static boolean same(Request request, Answer theirs, Answer ours) {
    if (theirs.status() != 200) {
      return theirs.status() == ours.status()
          && theirs.errorType().equals(ours.errorType())
          && theirs.message().equals(ours.message())
          && theirs
              .field("Item")
              .map(Canonical::of)
              .map(Canonical::withoutScale)
              .equals(ours.field("Item").map(Canonical::of));
    }
    return ours.status() == 200
        && Canonical.withoutScale(text(request, theirs)).equals(text(request, ours));
  }

  /** Each system scans in the order of its own hashes, and so answers a batch. */
  private static String text(Request request, Answer answer) {
    switch (request.operation()) {
      case "Scan" -> {
        String items = answer.field("Items").map(n -> Canonical.unordered(n.asArray())).orElse("");
        return items + answer.field("Count") + answer.field("ScannedCount");
      }
      case "BatchGetItem" -> {
        StringBuilder tables = new StringBuilder();
        JsonNode responses = answer.body().asObject().get("Responses");
        if (responses != null) {
          responses
              .asObject()
              .forEach((t, i) -> tables.append(t).append(Canonical.unordered(i.asArray())));
        }
        return tables.toString();
      }
      default -> {
        return Canonical.of(answer.body());
      }
    }
  }
}

package dev.holdfast.jepsen.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.cluster.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * The same requests to both systems, the same answers from both; what differs on purpose is a
 * {@link Deviation}, a {@link TableDeviation} or a {@link LegacyDeviation}.
 *
 * <p>All differences of a run are reported together, each kind once, shrunk to the fewest requests
 * that show it, with the seed: {@code -Ddifferential.seed=S} plays that seed alone, {@code
 * -Ddifferential.seed=new} one that nobody has seen yet. {@code -Ddifferential.scenarios=N} plays
 * more scenarios for each seed, {@code -Ddifferential.requests=N} makes them longer.
 */
class DynamoDbLocalProperties {
  private static final long[] SEEDS = {20_260_801, 7, 4_711};
  private static final int SCENARIOS = Integer.getInteger("differential.scenarios", 54);
  private static final int REQUESTS = Integer.getInteger("differential.requests", 50);
  private static final int SHRINK_COUNT_MAX = Integer.getInteger("differential.shrinks", 300);

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

  @Example
  void itemsAreWrittenAndReadAsDynamoDbDoes() {
    Duel duel = new Duel(oracle.endpoint(), holdfast, "items-");
    search(Scenario.ofItems(REQUESTS), duel::differences, SCENARIOS);
    System.out.println("differential: " + duel.requestCount() + " requests compared");
  }

  @Example
  void tablesAreMadeChangedAndDroppedAsInDynamoDb() {
    Duel duel = new Duel(oracle.endpoint(), holdfast, "tables-");
    search(TableRequests.any(REQUESTS / 2), duel::differencesOfTables, SCENARIOS / 18);
    System.out.println("differential: " + duel.requestCount() + " requests compared");
  }

  @Example
  void pagesOfAMegabyteEndWhereThoseOfDynamoDbDo() {
    Duel duel = new Duel(oracle.endpoint(), holdfast, "pages-");
    search(LargeItems.scenarios(), duel::differences, Math.max(1, SCENARIOS / 54));
    System.out.println("differential: " + duel.requestCount() + " requests compared");
  }

  /** It takes a text for its value (LENIENT_JSON); later requests must not see what it wrote. */
  @Example
  void whatOnlyDynamoDbLocalWritesIsTakenBack() {
    String single = "{\"TableName\":\"" + Request.TABLE + "\",\"Key\":{\"h\":\"a\"}}";
    String deletion = "{\"DeleteRequest\":{\"Key\":{\"h\":\"a\"}}}";
    String put = "{\"PutRequest\":{\"Item\":{\"h\":{\"S\":\"b\"},\"w\":{\"BOOL\":\"true\"}}}}";
    List<Request> lenient =
        List.of(
            mistaken("DeleteItem", single),
            mistaken("BatchWriteItem", batch(deletion)),
            mistaken("BatchWriteItem", batch(put)));
    Members item =
        Members.NONE
            .with("TableName", Members.quoted(Request.TABLE))
            .with("Item", "{\"h\":{\"S\":\"a\"},\"s\":{\"S\":\"\\u0000\"}}");
    for (Request request : lenient) {
      Duel duel =
          new Duel(oracle.endpoint(), holdfast, "lenient-" + lenient.indexOf(request) + "-");
      Scenario scenario =
          new Scenario(
              new TableShape("S", "", List.of()), List.of(new Request("PutItem", item), request));
      assertThat(duel.differences(scenario)).as("%s", request).isEmpty();
    }
  }

  private static String batch(String write) {
    return "{\"RequestItems\":{\"" + Request.TABLE + "\":[" + write + "]}}";
  }

  private static Request mistaken(String operation, String body) {
    return new Request(operation, body, Request.Extent.ONE_ANSWER, Request.Intent.MISTAKEN);
  }

  @Example
  void everyDeviationHasItsRowInTheDocumentation() throws IOException {
    Path docs = Path.of("../docs/compatibility.md").toAbsolutePath();
    assertThat(Files.readString(docs))
        .contains(
            Stream.of(Deviation.values(), TableDeviation.values(), LegacyDeviation.values())
                .flatMap(Stream::of)
                .map(each -> "| `" + each.name() + "` |")
                .toList());
  }

  /** Fixed seeds, so that a build judges the change it builds and nothing else. */
  private static LongStream seeds() {
    String given = System.getProperty("differential.seed");
    if (given == null) {
      return LongStream.of(SEEDS);
    }
    return LongStream.of(given.equals("new") ? new Random().nextLong() : Long.parseLong(given));
  }

  private static <T> void search(
      Arbitrary<T> arbitrary, Function<T, Map<String, Exchange>> play, int count) {
    RandomGenerator<T> generator = arbitrary.generator(1000);
    Map<String, String> found = new LinkedHashMap<>();
    seeds()
        .forEach(
            seed -> {
              System.out.println("differential.seed=" + seed);
              Random random = new Random(seed);
              for (int i = 0; i < count; i++) {
                Shrinkable<T> sample = generator.next(random);
                play.apply(sample.value())
                    .forEach(
                        (kind, exchange) -> {
                          if (!found.containsKey(kind)) {
                            T smallest = shrunk(sample, kind, play);
                            found.put(kind, report(seed, smallest, kind, play));
                          }
                        });
              }
            });
    assertThat(found.values()).isEmpty();
  }

  /** The smallest that is found to show a kind of difference. */
  private static <T> T shrunk(
      Shrinkable<T> sample, String kind, Function<T, Map<String, Exchange>> play) {
    Shrinkable<T> best = sample;
    int left = SHRINK_COUNT_MAX;
    boolean shrinks = true;
    while (shrinks && left > 0) {
      shrinks = false;
      List<Shrinkable<T>> candidates = best.shrink().limit(left).toList();
      for (Shrinkable<T> candidate : candidates) {
        if (left-- > 0 && play.apply(candidate.value()).containsKey(kind)) {
          best = candidate;
          shrinks = true;
          break;
        }
      }
    }
    return best.value();
  }

  private static <T> String report(
      long seed, T sample, String kind, Function<T, Map<String, Exchange>> play) {
    Exchange exchange = play.apply(sample).get(kind);
    return "\ndifferential.seed=" + seed + "\n" + sample + "\n    differs at " + exchange;
  }
}

package dev.holdfast.jepsen.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.differential.DynamoDbEndpoint.Answer;
import dev.holdfast.jepsen.differential.Request.Extent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/** Plays scenarios on DynamoDB Local and on Holdfast, and keeps what differs. One thread. */
final class Duel {
  private static final int PAGE_COUNT_MAX = 1000;
  private static final Pattern ADDS = Pattern.compile("(?i)\\b(SET|ADD)\\b");
  private static final Duration TABLE_WITHIN = Duration.ofSeconds(20);

  private final DynamoDbEndpoint dynamoDb;
  private final DynamoDbEndpoint holdfast;
  private final String prefix;
  private int tableCount;
  private int requestCount;

  /**
   * @param prefix begins the names of the tables that are made
   */
  Duel(DynamoDbEndpoint dynamoDb, DynamoDbEndpoint holdfast, String prefix) {
    this.dynamoDb = dynamoDb;
    this.holdfast = holdfast;
    this.prefix = prefix;
  }

  int requestCount() {
    return requestCount;
  }

  /** What differs and is no {@link Deviation}, the first of each kind. */
  Map<String, Exchange> differences(Scenario scenario) {
    String table = prefix + tableCount++;
    Map<String, Exchange> differences = new LinkedHashMap<>();
    keep(play(scenario.table().create().on(table)), differences);
    awaitActive(table);
    Mirror mirror = new Mirror(dynamoDb, holdfast, table, scenario.table());
    for (Request request : scenario.requests()) {
      keep(
          request.writes() ? playWrite(request.on(table), mirror) : play(request.on(table)),
          differences);
    }
    Members name = Members.NONE.with("TableName", Members.quoted(table));
    keep(play(new Request("Scan", name).reading(Extent.ALL_PAGES)), differences);
    keep(play(new Request("DescribeTable", name)), differences);
    keep(play(new Request("DeleteTable", name)), differences);
    return differences;
  }

  /** The same for what is done to tables as such, a few of the duel's own. */
  Map<String, Exchange> differencesOfTables(List<Request> requests) {
    String table = prefix + tableCount++;
    Map<String, Exchange> differences = new LinkedHashMap<>();
    for (Request request : requests) {
      Exchange exchange = play(request.on(table));
      keep(exchange, differences);
      if (exchange.our().status() != exchange.their().status()) {
        break; // from here on they differ
      }
      settle(table);
    }
    TableRequests.names(table).forEach(name -> drop(name, table));
    settle(table);
    return differences;
  }

  private void drop(String dropped, String table) {
    String name = Members.NONE.with("TableName", Members.quoted(dropped)).toString();
    String unprotected = name.replace("}", ",\"DeletionProtectionEnabled\":false}");
    for (DynamoDbEndpoint system : List.of(dynamoDb, holdfast)) {
      system.call("UpdateTable", unprotected);
      settle(table);
      system.call("DeleteTable", name);
    }
  }

  /** Waits until no table of ours is on its way. */
  private void settle(String table) {
    for (String each : TableRequests.names(table)) {
      String name = Members.NONE.with("TableName", Members.quoted(each)).toString();
      Await.until(
          "table has settled",
          TABLE_WITHIN,
          () -> !holdfast.call("DescribeTable", name).toString().matches("(?s).*\"\\w+ING\".*"));
    }
  }

  static void keep(Exchange exchange, Map<String, Exchange> differences) {
    if (!exchange.agrees() && !isKnown(exchange)) {
      differences.putIfAbsent(exchange.kind(), exchange);
    }
  }

  void awaitActive(String table) {
    String name = Members.NONE.with("TableName", Members.quoted(table)).toString();
    Await.until(
        "table is active",
        TABLE_WITHIN,
        () -> holdfast.call("DescribeTable", name).toString().contains("\"ACTIVE\""));
  }

  /**
   * Plays a write, after which both hold the same: DynamoDB Local takes requests that we refuse,
   * the one item of a single write or those of a batch, and also fails after the fact.
   */
  private Exchange playWrite(Request request, Mirror mirror) {
    Map<String, String> before = request.isMistaken() ? mirror.ours() : Map.of();
    Exchange exchange = play(request);
    boolean isRefused = request.isMistaken() && exchange.our().status() != 200;
    if (isRefused) {
      assertThat(mirror.ours()).as("what was there before %s", exchange).isEqualTo(before);
    }
    if (isRefused || exchange.our().status() != exchange.their().status()) {
      mirror.align();
    }
    return exchange;
  }

  private Exchange play(Request request) {
    requestCount++;
    Optional<String> absent = keyOfAbsentItemToTakeFrom(request);
    CompletableFuture<List<Answer>> theirs =
        CompletableFuture.supplyAsync(() -> answers(dynamoDb, request)); // both at the same time
    List<Answer> ours = answers(holdfast, request);
    Exchange exchange = new Exchange(request, theirs.join(), ours);
    absent.ifPresent(item -> dynamoDb.call("DeleteItem", item));
    return exchange;
  }

  /**
   * The item that {@link Deviation#REMOVAL_CREATES} is about, so that both stay the same: an update
   * that only takes away, of an item that is not there.
   */
  private Optional<String> keyOfAbsentItemToTakeFrom(Request request) {
    return request.operation().equals("UpdateItem") && onlyTakesAway(request)
        ? keyOf(request).filter(item -> dynamoDb.call("GetItem", item).field("Item").isEmpty())
        : Optional.empty();
  }

  static boolean onlyTakesAway(Request request) {
    String update = request.text("UpdateExpression");
    Optional<JsonNode> legacy = JsonNode.parser().parse(request.body()).field("AttributeUpdates");
    return update.isEmpty()
        ? legacy.isPresent() && legacy.get().isObject() && onlyDeletes(legacy.get())
        : !ADDS.matcher(update).find();
  }

  private static boolean onlyDeletes(JsonNode updates) {
    return !updates.asObject().isEmpty()
        && updates.asObject().values().stream()
            .allMatch(update -> update.field("Action").toString().contains("DELETE"));
  }

  /** The body of a GetItem of what an update changes. */
  private static Optional<String> keyOf(Request request) {
    JsonNode body = JsonNode.parser().parse(request.body());
    Optional<JsonNode> table = body.field("TableName").filter(JsonNode::isString);
    Optional<JsonNode> key = body.field("Key").filter(JsonNode::isObject);
    return table.isEmpty() || key.isEmpty()
        ? Optional.empty()
        : Optional.of("{\"TableName\":" + table.get() + ",\"Key\":" + key.get() + "}");
  }

  private static List<Answer> answers(DynamoDbEndpoint system, Request request) {
    if (request.extent() != Extent.ALL_SEGMENTS) {
      return pages(system, request);
    }
    List<Answer> all = new ArrayList<>();
    for (int segment = 0; segment < Request.SEGMENTS; segment++) {
      all.addAll(
          pages(
              system,
              request
                  .with("Segment", Integer.toString(segment))
                  .with("TotalSegments", Integer.toString(Request.SEGMENTS))));
    }
    return all;
  }

  private static List<Answer> pages(DynamoDbEndpoint system, Request request) {
    List<Answer> pages = new ArrayList<>();
    Answer page = system.call(request.operation(), request.body());
    pages.add(page);
    Optional<JsonNode> last = page.field("LastEvaluatedKey");
    while (request.extent() != Extent.ONE_ANSWER && last.isPresent()) {
      assertThat(pages.size()).as("pages of %s", request).isLessThan(PAGE_COUNT_MAX);
      Request next = request.with("ExclusiveStartKey", last.get().toString());
      page = system.call(next.operation(), next.body());
      pages.add(page);
      last = page.field("LastEvaluatedKey");
    }
    return pages;
  }

  private static boolean isKnown(Exchange exchange) {
    return isExplained(exchange) || (exchange.isEnveloped() && isExplained(exchange.opened()));
  }

  private static boolean isExplained(Exchange exchange) {
    return Deviation.known(exchange)
        || TableDeviation.known(exchange)
        || LegacyDeviation.known(exchange);
  }
}

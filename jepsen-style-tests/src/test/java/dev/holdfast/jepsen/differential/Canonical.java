package dev.holdfast.jepsen.differential;

import dev.holdfast.jepsen.differential.DynamoDbEndpoint.Answer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.protocols.jsoncore.internal.ObjectJsonNode;

/** Writes answers so that those that mean the same are the same text. */
final class Canonical {
  /** Sets have no order, and a scan follows hashes that each system chooses for itself. */
  private static final Set<String> UNORDERED =
      Set.of("SS", "NS", "BS", "Tags", "AttributeDefinitions", "LocalSecondaryIndexes");

  /** Names, times and hour-old estimates of the machine that answered. */
  private static final Set<String> LOCAL =
      Set.of(
          "CreationDateTime",
          "TableArn",
          "TableId",
          "IndexArn",
          "TableSizeBytes",
          "IndexSizeBytes",
          "ItemCount",
          "LastUpdateToPayPerRequestDateTime",
          "LastIncreaseDateTime",
          "LastDecreaseDateTime");

  /** The service tells them; DynamoDB Local knows nothing of them. */
  private static final Set<String> OF_THE_SERVICE =
      Set.of("WarmThroughput", "TableClassSummary", "OnDemandThroughput");

  /** DynamoDB Local does at once what takes the service and us a moment. */
  private static final Set<String> CHANGES_OF_TABLES =
      Set.of("CreateTable", "UpdateTable", "DeleteTable");

  private static final Pattern NUMBER_SHOWN = Pattern.compile("\\{N:([^}]*)}");
  private static final Pattern BINARY_SHOWN = Pattern.compile("\\{B:[^}]*}");

  private Canonical() {}

  /**
   * The answers to one request.
   *
   * @param scaled whether numbers may end in zeros, as DynamoDB Local leaves them after a sum
   */
  static String text(Request request, List<Answer> answers, boolean scaled) {
    boolean isPaged = request.extent() != Request.Extent.ONE_ANSWER;
    if (request.operation().equals("Scan")) {
      return scan(answers, scaled) + (isPaged ? "" : capacity(answers));
    }
    if (request.operation().equals("BatchGetItem")) {
      return batch(answers.get(0), scaled) + capacity(answers);
    }
    String text = answers.stream().map(answer -> of(answer.body(), scaled)).toList().toString();
    return CHANGES_OF_TABLES.contains(request.operation())
        ? text.replaceAll("TableStatus=\"\\w*\"", "TableStatus")
        : text;
  }

  /** As {@link #text} of the answers without these members, numbers by their values. */
  static String without(Request request, List<Answer> answers, String... members) {
    return text(request, answers.stream().map(answer -> without(answer, members)).toList(), true);
  }

  static String withoutBillingSummary(List<Answer> answers) {
    return answers.stream()
        .map(answer -> of(answer.body(), true))
        .map(text -> text.replaceAll(" BillingModeSummary=\\{[^}]*},", ""))
        .map(text -> text.replaceAll("TableStatus=\"\\w*\"", "TableStatus"))
        .toList()
        .toString();
  }

  static String withoutDecreases(List<Answer> answers) {
    return withoutBillingSummary(answers).replaceAll("NumberOfDecreasesToday=\\d+", "");
  }

  private static Answer without(Answer answer, String... members) {
    Map<String, JsonNode> fields = new LinkedHashMap<>(answer.body().asObject());
    List.of(members).forEach(fields::remove);
    return new Answer(answer.status(), new ObjectJsonNode(fields));
  }

  private static String scan(List<Answer> pages, boolean scaled) {
    List<JsonNode> items = new ArrayList<>();
    long count = 0;
    long scanned = 0;
    boolean counts = true;
    for (Answer page : pages) {
      counts &= page.field("Items").isEmpty();
      page.field("Items").ifPresent(found -> items.addAll(found.asArray()));
      count += page.field("Count").map(n -> Long.parseLong(n.asNumber())).orElse(0L);
      scanned += page.field("ScannedCount").map(n -> Long.parseLong(n.asNumber())).orElse(0L);
    }
    return (counts ? "no items" : list(items, true, scaled)) + count + "/" + scanned;
  }

  private static String batch(Answer answer, boolean scaled) {
    StringBuilder tables = new StringBuilder();
    answer
        .field("Responses")
        .ifPresent(
            responses ->
                responses
                    .asObject()
                    .forEach(
                        (t, items) ->
                            tables.append(t).append(list(items.asArray(), true, scaled))));
    return tables + answer.field("UnprocessedKeys").map(JsonNode::toString).orElse("");
  }

  private static String capacity(List<Answer> answers) {
    return answers.get(0).field("ConsumedCapacity").map(node -> of(node, false)).orElse("");
  }

  static String of(JsonNode node, boolean scaled) {
    if (node.isObject()) {
      return fields(node.asObject(), scaled);
    }
    if (node.isArray()) {
      return list(node.asArray(), false, scaled);
    }
    return node.toString();
  }

  private static String fields(Map<String, JsonNode> fields, boolean scaled) {
    TreeMap<String, String> texts = new TreeMap<>();
    fields.forEach(
        (name, value) -> {
          if (LOCAL.contains(name) && !value.isObject()) {
            return;
          }
          if (OF_THE_SERVICE.contains(name) && value.isObject()) {
            return;
          }
          if (scaled && name.equals("N") && value.isString()) {
            texts.put(name, unscaled(value).toString());
          } else if (name.equals("NS") && value.isArray()) {
            List<JsonNode> numbers =
                value.asArray().stream().map(n -> scaled ? unscaled(n) : n).toList();
            texts.put(name, list(numbers, true, scaled));
          } else {
            boolean set = UNORDERED.contains(name) && value.isArray();
            texts.put(name, set ? list(value.asArray(), true, scaled) : of(value, scaled));
          }
        });
    return texts.toString();
  }

  private static JsonNode unscaled(JsonNode number) {
    return JsonNode.parser().parse('"' + plain(number.text()) + '"');
  }

  /** A message with the numbers in it by their values, and without what Java shows of binaries. */
  static String numbersOf(String message) {
    return NUMBER_SHOWN
        .matcher(BINARY_SHOWN.matcher(message).replaceAll("{B:}"))
        .replaceAll(number -> "{N:" + plain(number.group(1)) + "}");
  }

  private static String plain(String number) {
    BigDecimal value = new BigDecimal(number);
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }

  private static String list(List<JsonNode> nodes, boolean sorted, boolean scaled) {
    Stream<String> texts = nodes.stream().map(node -> of(node, scaled));
    return (sorted ? texts.sorted() : texts).toList().toString();
  }
}

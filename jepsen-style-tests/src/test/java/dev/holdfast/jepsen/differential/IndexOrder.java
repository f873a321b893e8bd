package dev.holdfast.jepsen.differential;

import dev.holdfast.jepsen.differential.DynamoDbEndpoint.Answer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/** The order of items that have the same key in an index. */
final class IndexOrder {
  private IndexOrder() {}

  /** Whether both found the same items with their index keys in the same order. */
  static boolean differsInTiesOnly(Exchange exchange) {
    String attribute = exchange.request().text("IndexName").replaceFirst("^by-", "");
    List<JsonNode> theirs = items(exchange.theirs());
    List<JsonNode> ours = items(exchange.ours());
    if (!ReadAnswers.sameCounts(exchange)) {
      return false;
    }
    if (theirs.isEmpty() && ours.isEmpty()) { // counted only: the keys of the pages are left
      return keys(ends(exchange.theirs()), attribute)
          .equals(keys(ends(exchange.ours()), attribute));
    }
    return !theirs.isEmpty()
        && texts(theirs, true).sorted().toList().equals(texts(ours, false).sorted().toList())
        && keys(theirs, attribute).equals(keys(ours, attribute));
  }

  private static List<JsonNode> ends(List<Answer> pages) {
    return pages.stream().flatMap(page -> page.field("LastEvaluatedKey").stream()).toList();
  }

  private static List<JsonNode> items(List<Answer> pages) {
    return pages.stream()
        .flatMap(page -> page.field("Items").map(JsonNode::asArray).orElse(List.of()).stream())
        .toList();
  }

  private static Stream<String> texts(List<JsonNode> items, boolean scaled) {
    return items.stream().map(item -> Canonical.of(item, scaled));
  }

  /** The keys of the index; empty where a projection leaves them out. */
  private static List<Optional<String>> keys(List<JsonNode> items, String attribute) {
    return items.stream()
        .map(item -> item.field(attribute).map(key -> Canonical.of(key, true)))
        .toList();
  }
}

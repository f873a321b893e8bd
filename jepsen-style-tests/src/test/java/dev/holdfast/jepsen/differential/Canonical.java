package dev.holdfast.jepsen.differential;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/** Writes answers so that those that mean the same are the same text. */
final class Canonical {
  /** Sets have no order, and a scan follows hashes that each system chooses for itself. */
  private static final Set<String> UNORDERED = Set.of("SS", "NS", "BS");

  /** Names and times of the machine that answered. */
  private static final Set<String> LOCAL =
      Set.of(
          "CreationDateTime",
          "TableArn",
          "TableId",
          "IndexArn",
          "TableSizeBytes",
          "IndexSizeBytes",
          "ItemCount",
          "LastUpdateToPayPerRequestDateTime");

  private Canonical() {}

  static String of(JsonNode node) {
    if (node.isObject()) {
      return fields(node.asObject());
    }
    if (node.isArray()) {
      return list(node.asArray(), false);
    }
    return node.toString();
  }

  /**
   * DynamoDB Local keeps the scale of a sum or difference; the service prints no trailing zeros.
   */
  static String withoutScale(String text) {
    return text.replaceAll("\"(-?\\d+)\\.0+\"", "\"$1\"")
        .replaceAll("\"(-?\\d+\\.\\d*[1-9])0+\"", "\"$1\"");
  }

  /** The elements in an order of their own text. */
  static String unordered(List<JsonNode> nodes) {
    return list(nodes, true);
  }

  private static String fields(Map<String, JsonNode> fields) {
    TreeMap<String, String> texts = new TreeMap<>();
    fields.forEach(
        (name, value) -> {
          if (LOCAL.contains(name)) {
            return;
          }
          boolean set = UNORDERED.contains(name) && value.isArray();
          texts.put(name, set ? unordered(value.asArray()) : of(value));
        });
    return texts.toString();
  }

  private static String list(List<JsonNode> nodes, boolean sorted) {
    Stream<String> texts = nodes.stream().map(Canonical::of);
    return (sorted ? texts.sorted() : texts).toList().toString();
  }
}

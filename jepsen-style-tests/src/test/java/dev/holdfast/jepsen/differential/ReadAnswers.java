package dev.holdfast.jepsen.differential;

import dev.holdfast.jepsen.differential.DynamoDbEndpoint.Answer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/** What the pages of a query or scan have in common, whatever they hold. */
final class ReadAnswers {
  private ReadAnswers() {}

  /** Whether both looked at as many items. */
  static boolean sameScanned(Exchange exchange) {
    return total(exchange.theirs(), "ScannedCount") == total(exchange.ours(), "ScannedCount");
  }

  /** Whether both looked at as many items, and found as many. */
  static boolean sameCounts(Exchange exchange) {
    return sameScanned(exchange)
        && total(exchange.theirs(), "Count") == total(exchange.ours(), "Count");
  }

  private static long total(List<Answer> pages, String member) {
    return pages.stream()
        .flatMap(page -> page.field(member).stream())
        .mapToLong(count -> Long.parseLong(count.asNumber()))
        .sum();
  }

  /** Whether a starting key has a value that the request compares keys with, or may. */
  static boolean beginsAtABound(Request request) {
    JsonNode body = JsonNode.parser().parse(request.body());
    Set<String> bounds = new HashSet<>();
    members(body.field("ExpressionAttributeValues"))
        .forEach(value -> bounds.add(Canonical.of(value.getValue(), true)));
    members(body.field("KeyConditions"))
        .flatMap(condition -> condition.getValue().field("AttributeValueList").stream())
        .flatMap(values -> values.asArray().stream())
        .forEach(value -> bounds.add(Canonical.of(value, true)));
    return members(body.field("ExclusiveStartKey"))
        .filter(key -> !key.getKey().equals(TableShape.HASH))
        .anyMatch(key -> bounds.contains(Canonical.of(key.getValue(), true)));
  }

  /** Whether what is asked for is in every index of its table but those of keys only. */
  static boolean asksForWhatIsHeld(Request request) {
    List<String> asked =
        JsonNode.parser()
            .parse(request.body())
            .field("AttributesToGet")
            .filter(JsonNode::isArray)
            .map(names -> names.asArray().stream().map(JsonNode::text).toList())
            .orElse(List.of(request.text("ProjectionExpression").split(", ?")));
    return !request.text("IndexName").isEmpty()
        && asked.stream()
            .map(path -> path.replaceFirst("[.\\[].*", ""))
            .allMatch(TableShape.HELD::contains);
  }

  private static Stream<Map.Entry<String, JsonNode>> members(Optional<JsonNode> object) {
    return object.filter(JsonNode::isObject).stream()
        .flatMap(fields -> fields.asObject().entrySet().stream());
  }
}

package dev.holdfast.jepsen.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.differential.DynamoDbEndpoint.Answer;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/**
 * A table of Holdfast, and that of DynamoDB Local which is to hold the same items. One thread.
 *
 * @param table its name in both
 */
record Mirror(
    DynamoDbEndpoint dynamoDb, DynamoDbEndpoint holdfast, String table, TableShape shape) {

  /** What Holdfast holds, as texts by the texts of their keys. */
  Map<String, String> ours() {
    Map<String, String> texts = new TreeMap<>();
    items(holdfast).forEach((key, item) -> texts.put(key, text(item)));
    return texts;
  }

  /** Makes DynamoDB Local hold what Holdfast holds. */
  void align() {
    Map<String, JsonNode> ours = items(holdfast);
    Map<String, JsonNode> theirs = items(dynamoDb);
    theirs.forEach(
        (key, item) -> {
          if (!ours.containsKey(key)) {
            change("DeleteItem", "Key", key(item).toString());
          }
        });
    ours.forEach(
        (key, item) -> {
          JsonNode their = theirs.get(key);
          if (their == null || !text(their).equals(text(item))) {
            change("PutItem", "Item", item.toString());
          }
        });
  }

  private void change(String operation, String member, String json) {
    Answer answer = dynamoDb.call(operation, name().with(member, escaped(json)).toString());
    assertThat(answer.status()).as("%s %s: %s", operation, json, answer).isEqualTo(200);
  }

  /** The SDK's JSON trees write control characters as they are, which is no JSON. */
  private static String escaped(String json) {
    StringBuilder text = new StringBuilder();
    json.chars()
        .forEach(
            each -> text.append(each < ' ' ? "\\u%04x".formatted(each) : Character.toString(each)));
    return text.toString();
  }

  private Map<String, JsonNode> items(DynamoDbEndpoint system) {
    Map<String, JsonNode> items = new TreeMap<>();
    Members scan = name().with("ConsistentRead", "true");
    Optional<JsonNode> last = Optional.empty();
    do {
      String body =
          last.map(start -> scan.with("ExclusiveStartKey", start.toString()))
              .orElse(scan)
              .toString();
      Answer page = system.call("Scan", body);
      assertThat(page.status()).as("Scan of %s: %s", table, page).isEqualTo(200);
      for (JsonNode item : page.field("Items").orElseThrow().asArray()) {
        items.put(text(JsonNode.parser().parse(key(item).toString())), item);
      }
      last = page.field("LastEvaluatedKey");
    } while (last.isPresent());
    return items;
  }

  private Members name() {
    return Members.NONE.with("TableName", Members.quoted(table));
  }

  private Members key(JsonNode item) {
    Members hash = Members.NONE.with(TableShape.HASH, attribute(item, TableShape.HASH));
    return shape.hasRange() ? hash.with(TableShape.RANGE, attribute(item, TableShape.RANGE)) : hash;
  }

  private static String attribute(JsonNode item, String name) {
    return item.field(name).orElseThrow().toString();
  }

  /** Numbers by their values: each system keeps a number as it came to be. */
  private static String text(JsonNode attributes) {
    return Canonical.of(attributes, true);
  }
}

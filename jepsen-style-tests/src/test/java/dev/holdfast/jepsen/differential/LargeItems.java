package dev.holdfast.jepsen.differential;

import dev.holdfast.jepsen.differential.Request.Extent;
import dev.holdfast.jepsen.differential.TableShape.Index;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/**
 * Item collections of more than a page, which is a megabyte: the items of one key are read to the
 * end in every way, so that the pages must end at the same items in both systems.
 */
final class LargeItems {
  private static final int ITEM_BYTES_MAX = 199_000;
  private static final TableShape TABLE =
      new TableShape(
          "S",
          "N",
          List.of(
              new Index("by-n", "n", "N", "{\"ProjectionType\":\"ALL\"}"),
              new Index("by-s", "s", "S", "{\"ProjectionType\":\"KEYS_ONLY\"}")));

  private LargeItems() {}

  static Arbitrary<Scenario> scenarios() {
    return Arbitraries.integers()
        .between(1, ITEM_BYTES_MAX)
        .list()
        .ofMinSize(6)
        .ofMaxSize(12)
        .map(LargeItems::scenario);
  }

  private static Scenario scenario(List<Integer> sizes) {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < sizes.size(); i++) {
      requests.add(put(i, sizes.get(i)));
    }
    Members table = Members.NONE.with("TableName", Members.quoted(Request.TABLE));
    Members collection =
        table
            .with("KeyConditionExpression", "\"h = :h\"")
            .with("ExpressionAttributeValues", "{\":h\":{\"S\":\"a\"}}")
            .with("ReturnConsumedCapacity", "\"INDEXES\"");
    for (String forward : List.of("true", "false")) {
      Members query = collection.with("ScanIndexForward", forward);
      requests.add(query(query));
      requests.add(query(query.with("Select", "\"COUNT\"")));
      requests.add(query(query.with("FilterExpression", "\"attribute_exists(odd)\"")));
      requests.add(query(query.with("ProjectionExpression", "\"h, n\"")));
      requests.add(query(query.with("Limit", "3")));
      requests.add(query(query.with("IndexName", "\"by-n\"")));
      requests.add(query(query.with("IndexName", "\"by-s\"")));
      requests.add(query(query.with("ConsistentRead", "true")));
    }
    requests.add(new Request("Scan", table).reading(Extent.ALL_PAGES));
    requests.add(new Request("Scan", table).reading(Extent.ALL_SEGMENTS));
    return new Scenario(TABLE, requests);
  }

  private static Request query(Members members) {
    return new Request("Query", members).reading(Extent.ALL_PAGES);
  }

  private static Request put(int number, int size) {
    Members item =
        Members.NONE
            .with("h", ValueTexts.string("a"))
            .with("r", ValueTexts.number(Integer.toString(number)))
            .with("n", ValueTexts.number(Integer.toString(-number)))
            .with("s", ValueTexts.string("s" + number))
            .with("v", ValueTexts.string("x".repeat(size)))
            .with("odd", number % 2 == 0 ? "" : ValueTexts.typed("BOOL", "true"));
    return new Request(
        "PutItem",
        Members.NONE
            .with("TableName", Members.quoted(Request.TABLE))
            .with("Item", item.toString())
            .with("ReturnConsumedCapacity", "\"INDEXES\""));
  }
}

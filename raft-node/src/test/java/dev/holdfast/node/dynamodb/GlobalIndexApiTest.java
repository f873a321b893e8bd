package dev.holdfast.node.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Global indexes that come with their table, read page by page; entries follow writes at once. */
class GlobalIndexApiTest {
  private static final Pattern ID = Pattern.compile("\"id\":\\{\"S\":\"([^\"]*)\"}");
  private static final String NEXT = "\"LastEvaluatedKey\":";

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private ApiOverReplica api;

  @BeforeEach
  void start() {
    api = new ApiOverReplica(directory);
    create("games", "\"KeyType\":\"HASH\"", "\"KeyType\":\"RANGE\"");
  }

  @AfterEach
  void stop() {
    api.close();
  }

  /** One index, of the attributes g and h, both of which are the partition key or one of each. */
  private void create(String table, String ofG, String ofH) {
    api.answer(
        "CreateTable",
        "{\"TableName\":\""
            + table
            + "\",\"BillingMode\":\"PAY_PER_REQUEST\","
            + "\"KeySchema\":[{\"AttributeName\":\"id\",\"KeyType\":\"HASH\"}],"
            + "\"AttributeDefinitions\":[{\"AttributeName\":\"id\",\"AttributeType\":\"S\"},"
            + "{\"AttributeName\":\"g\",\"AttributeType\":\"S\"},"
            + "{\"AttributeName\":\"h\",\"AttributeType\":\"N\"}],"
            + "\"GlobalSecondaryIndexes\":[{\"IndexName\":\"byG\",\"KeySchema\":["
            + "{\"AttributeName\":\"g\","
            + ofG
            + "},{\"AttributeName\":\"h\","
            + ofH
            + "}],\"Projection\":{\"ProjectionType\":\"KEYS_ONLY\"}}]}");
  }

  private void put(String id, String g, int h) {
    api.answer(
        "PutItem",
        "{\"TableName\":\"games\",\"Item\":{\"id\":{\"S\":\""
            + id
            + "\"},\"g\":{\"S\":\""
            + g
            + "\"},\"h\":{\"N\":\""
            + h
            + "\"},\"note\":{\"S\":\"not in the index\"}}}");
  }

  /** The ids of all pages. */
  private List<String> ids(String operation, String parameters) {
    List<String> ids = new ArrayList<>();
    @Nullable String next = null;
    do {
      String start = next == null ? "" : ",\"ExclusiveStartKey\":" + next;
      String page =
          api.answer(
              operation,
              "{\"TableName\":\"games\",\"IndexName\":\"byG\",\"ProjectionExpression\":\"id\","
                  + parameters
                  + start
                  + "}");
      int at = page.indexOf(NEXT);
      Matcher found = ID.matcher(at < 0 ? page : page.substring(0, at));
      while (found.find()) {
        ids.add(found.group(1));
      }
      next = at < 0 ? null : page.substring(at + NEXT.length(), page.lastIndexOf('}'));
    } while (next != null);
    return ids;
  }

  private static String ofG(String g, String more) {
    return "\"KeyConditionExpression\":\"g = :g\",\"ExpressionAttributeValues\":{\":g\":{\"S\":\""
        + g
        + "\"}}"
        + more;
  }

  @Test
  void entriesOfOneKeyAreReadOnceEachInEitherOrder() {
    for (int i = 0; i < 7; i++) {
      put("tied" + i, "go", 1);
    }
    put("before", "go", -5);
    put("after", "go", 50);
    put("other", "chess", 1);

    List<String> forwards = ids("Query", ofG("go", ",\"Limit\":2"));
    List<String> backwards = ids("Query", ofG("go", ",\"Limit\":3,\"ScanIndexForward\":false"));

    assertThat(forwards).hasSize(9).doesNotHaveDuplicates().startsWith("before").endsWith("after");
    assertThat(backwards.stream().sorted(java.util.Comparator.reverseOrder()).toList())
        .isEqualTo(forwards.stream().sorted(java.util.Comparator.reverseOrder()).toList());
    assertThat(backwards).startsWith("after").endsWith("before");
  }

  @Test
  void segmentsOfAnIndexTogetherSeeEveryEntryOnce() {
    for (int i = 0; i < 40; i++) {
      put("id" + i, "g" + i, i);
    }

    List<String> all = new ArrayList<>();
    for (int segment = 0; segment < 3; segment++) {
      all.addAll(ids("Scan", "\"Limit\":4,\"TotalSegments\":3,\"Segment\":" + segment));
    }

    assertThat(all).hasSize(40).doesNotHaveDuplicates();
  }

  @Test
  void aPageOfOneSegmentDoesNotGoOnInAnother() {
    put("a", "go", 1);
    String key =
        ",\"ExclusiveStartKey\":{\"id\":{\"S\":\"a\"},\"g\":{\"S\":\"go\"},\"h\":{\"N\":\"1\"}}}";
    int misplaced = 0;
    for (int segment = 0; segment < 2; segment++) {
      String scan =
          "{\"TableName\":\"games\",\"IndexName\":\"byG\",\"TotalSegments\":2,\"Segment\":"
              + segment
              + key;
      if (api.call("Scan", scan).status() == 400) {
        misplaced++;
        assertThat(api.error("Scan", scan))
            .contains("Exclusive start key must lie within the segment");
      }
    }
    assertThat(misplaced).isEqualTo(1);
  }

  @Test
  void everyBoundOfTheSortKeyIsTheServices() {
    for (int h : new int[] {-20, -3, 0, 7, 11}) {
      put("at" + h, "go", h);
    }

    assertThat(bounded("h = :a", 0, 0)).containsExactly("at0");
    assertThat(bounded("h < :a", 0, 0)).containsExactly("at-20", "at-3");
    assertThat(bounded("h <= :a", 0, 0)).containsExactly("at-20", "at-3", "at0");
    assertThat(bounded("h > :a", 0, 0)).containsExactly("at7", "at11");
    assertThat(bounded("h >= :a", 0, 0)).containsExactly("at0", "at7", "at11");
    assertThat(bounded("h BETWEEN :a AND :b", -3, 7)).containsExactly("at-3", "at0", "at7");
    assertThat(bounded("h > :a", 11, 0)).isEmpty();
  }

  private List<String> bounded(String bound, int a, int b) {
    String second = bound.contains(":b") ? ",\":b\":{\"N\":\"" + b + "\"}" : "";
    return ids(
        "Query",
        "\"KeyConditionExpression\":\"g = :g AND "
            + bound
            + "\",\"ExpressionAttributeValues\":{\":g\":{\"S\":\"go\"},\":a\":{\"N\":\""
            + a
            + "\"}"
            + second
            + "}");
  }

  @Test
  void anEntryFollowsItsItem() {
    put("a", "go", 1);
    put("a", "chess", 2);
    assertThat(ids("Query", ofG("go", ""))).isEmpty();
    assertThat(ids("Query", ofG("chess", ""))).containsExactly("a");

    api.answer(
        "UpdateItem",
        "{\"TableName\":\"games\",\"Key\":{\"id\":{\"S\":\"a\"}},\"UpdateExpression\":\"REMOVE h\"}");
    assertThat(ids("Query", ofG("chess", ""))).isEmpty();

    api.answer(
        "TransactWriteItems",
        "{\"TransactItems\":[{\"Put\":{\"TableName\":\"games\",\"Item\":{\"id\":{\"S\":\"b\"},"
            + "\"g\":{\"S\":\"go\"},\"h\":{\"N\":\"1\"}}}}]}");
    assertThat(ids("Query", ofG("go", ""))).containsExactly("b");

    api.answer("DeleteItem", "{\"TableName\":\"games\",\"Key\":{\"id\":{\"S\":\"b\"}}}");
    assertThat(ids("Scan", "\"Limit\":10")).isEmpty();
  }

  @Test
  void anIndexIsDescribedWithWhatItHolds() {
    put("a", "go", 1);
    put("b", "go", 1);

    String described = api.answer("DescribeTable", "{\"TableName\":\"games\"}");

    // g and go, h and its number, id and its letter: 3 + 3 + 3 bytes of each entry
    assertThat(described).contains("\"IndexSizeBytes\":18,\"ItemCount\":2,\"IndexArn\"");
  }

  @Test
  void aNewTableOfTheSameNameBeginsWithEmptyIndexes() {
    put("a", "go", 1);
    api.answer("DeleteTable", "{\"TableName\":\"games\"}");
    create("games", "\"KeyType\":\"HASH\"", "\"KeyType\":\"HASH\"");

    assertThat(ids("Scan", "\"Limit\":10")).isEmpty();
    assertThat(
            api.error("Query", "{\"TableName\":\"games\",\"IndexName\":\"byG\"," + ofG("go", "}")))
        .contains("Query condition missed key schema element: h");
  }

  @Test
  void batchesAndTransactionsTellGlobalIndexesFromLocalOnes() {
    assertThat(
            api.answer(
                "BatchWriteItem",
                "{\"ReturnConsumedCapacity\":\"INDEXES\",\"RequestItems\":{\"games\":["
                    + "{\"PutRequest\":{\"Item\":{\"id\":{\"S\":\"a\"},\"g\":{\"S\":\"go\"},"
                    + "\"h\":{\"N\":\"1\"}}}},"
                    + "{\"PutRequest\":{\"Item\":{\"id\":{\"S\":\"b\"}}}}]}}"))
        .contains("\"CapacityUnits\":3")
        .contains("\"GlobalSecondaryIndexes\":{\"byG\":{\"CapacityUnits\":1");
    assertThat(
            api.answer(
                "TransactWriteItems",
                "{\"ReturnConsumedCapacity\":\"INDEXES\",\"TransactItems\":[{\"Delete\":"
                    + "{\"TableName\":\"games\",\"Key\":{\"id\":{\"S\":\"a\"}}}}]}"))
        .contains("\"Table\":{\"CapacityUnits\":2")
        .contains("\"GlobalSecondaryIndexes\":{\"byG\":{\"CapacityUnits\":1");
  }

  @Test
  void indexesProjectAHundredAttributesTogether() {
    StringBuilder indexes = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      StringBuilder names = new StringBuilder();
      for (int j = 0; j < 17; j++) {
        names.append(j == 0 ? "" : ",").append("\"n").append(i).append('_').append(j).append('"');
      }
      indexes
          .append(i == 0 ? "" : ",")
          .append("{\"IndexName\":\"by")
          .append(i)
          .append("\",\"KeySchema\":[{\"AttributeName\":\"id\",\"KeyType\":\"HASH\"}],")
          .append("\"Projection\":{\"ProjectionType\":\"INCLUDE\",\"NonKeyAttributes\":[")
          .append(names)
          .append("]}}");
    }

    assertThat(
            api.error(
                "CreateTable",
                "{\"TableName\":\"wide\",\"BillingMode\":\"PAY_PER_REQUEST\","
                    + "\"KeySchema\":[{\"AttributeName\":\"id\",\"KeyType\":\"HASH\"}],"
                    + "\"AttributeDefinitions\":[{\"AttributeName\":\"id\",\"AttributeType\":\"S\"}],"
                    + "\"GlobalSecondaryIndexes\":["
                    + indexes
                    + "]}"))
        .contains("Number of NonKeyAttributes of all indexes exceeds per-table limit of 100");
  }
}

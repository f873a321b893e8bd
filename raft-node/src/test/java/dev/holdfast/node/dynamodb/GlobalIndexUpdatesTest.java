package dev.holdfast.node.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Rejection;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Global indexes that are added to a table that has items, changed, and taken away. */
class GlobalIndexUpdatesTest {
  private static final String CREATE =
      "{\"Create\":{\"IndexName\":\"byG\",\"KeySchema\":[{\"AttributeName\":\"g\",\"KeyType\":"
          + "\"HASH\"}],\"Projection\":{\"ProjectionType\":\"ALL\"}}}";
  private static final String DEFINITIONS =
      "\"AttributeDefinitions\":[{\"AttributeName\":\"g\",\"AttributeType\":\"S\"}],";
  private static final String DELETE = "{\"Delete\":{\"IndexName\":\"byG\"}}";
  private static final String QUERY =
      "{\"TableName\":\"games\",\"IndexName\":\"byG\",\"KeyConditionExpression\":\"g = :g\","
          + "\"ExpressionAttributeValues\":{\":g\":{\"S\":\"red\"}}}";

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private ApiOverReplica api;

  @BeforeEach
  void start() {
    api = new ApiOverReplica(directory);
    api.answer(
        "CreateTable",
        "{\"TableName\":\"games\",\"BillingMode\":\"PAY_PER_REQUEST\","
            + "\"KeySchema\":[{\"AttributeName\":\"id\",\"KeyType\":\"HASH\"}],"
            + "\"AttributeDefinitions\":[{\"AttributeName\":\"id\",\"AttributeType\":\"S\"}]}");
    put("one", "red");
    put("two", "red");
    put("three", "blue");
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private void put(String id, String g) {
    api.answer(
        "PutItem",
        "{\"TableName\":\"games\",\"Item\":{\"id\":{\"S\":\""
            + id
            + "\"},\"g\":{\"S\":\""
            + g
            + "\"}}}");
  }

  private static String update(String changes) {
    return "{\"TableName\":\"games\","
        + DEFINITIONS
        + "\"GlobalSecondaryIndexUpdates\":["
        + changes
        + "]}";
  }

  private String describe() {
    return api.answer("DescribeTable", "{\"TableName\":\"games\"}");
  }

  @Test
  void anAddedIndexHasTheItemsThatWereThere() {
    assertThat(api.answer("UpdateTable", update(CREATE)))
        .contains("\"IndexStatus\":\"CREATING\",\"Backfilling\":false")
        .contains("\"TableStatus\":\"UPDATING\"");

    assertThat(describe())
        .contains("\"IndexStatus\":\"ACTIVE\"")
        .contains("\"ItemCount\":3")
        .contains("{\"AttributeName\":\"g\",\"AttributeType\":\"S\"}")
        .doesNotContain("Backfilling");
    assertThat(api.answer("Query", QUERY)).contains("\"Count\":2");
    put("four", "red");
    assertThat(api.answer("Query", QUERY)).contains("\"Count\":3");
  }

  @Test
  void anIndexIsNotReadBeforeItIsFilled() {
    api.store().holdBackfills();
    api.answer("UpdateTable", update(CREATE));

    assertThat(describe())
        .contains("\"IndexStatus\":\"CREATING\",\"Backfilling\":true")
        .contains("\"TableStatus\":\"ACTIVE\"");
    assertThat(api.error("Query", QUERY))
        .contains("Cannot read from backfilling global secondary index: byG");
    assertThat(
            api.error(
                "ExecuteStatement", "{\"Statement\":\"SELECT * FROM games.byG WHERE g = 'red'\"}"))
        .contains("Cannot read from backfilling global secondary index: byG");
    put("four", "red");

    api.store().fillIndexes();
    assertThat(api.answer("Query", QUERY)).contains("\"Count\":3");
  }

  @Test
  void aValueOfTheWrongTypeIsLeftOutOfABackfillAndRefusedAfterwards() {
    String number = "{\"TableName\":\"games\",\"Item\":{\"id\":{\"S\":\"n\"},\"g\":{\"N\":\"1\"}}}";
    api.answer("PutItem", number);
    api.answer("UpdateTable", update(CREATE));

    assertThat(describe()).contains("\"ItemCount\":3").contains("\"ItemCount\":4");
    assertThat(api.error("PutItem", number)).contains("Type mismatch for Index Key g");
  }

  @Test
  void anIndexIsTakenAwayWithItsAttribute() {
    api.answer("UpdateTable", update(CREATE));

    assertThat(api.answer("UpdateTable", update(DELETE))).contains("\"IndexStatus\":\"DELETING\"");
    assertThat(describe()).doesNotContain("byG").doesNotContain("\"AttributeName\":\"g\"");
    assertThat(api.error("Query", QUERY)).contains("The table does not have the specified index");
    put("four", "red");
    api.answer("UpdateTable", update(CREATE));
    assertThat(api.answer("Query", QUERY)).contains("\"Count\":3");
  }

  @Test
  void anotherIndexIsNotTouchedWhileOneIsFilled() {
    api.store().holdBackfills();
    api.answer("UpdateTable", update(CREATE));

    assertThat(api.error("UpdateTable", update(CREATE.replace("byG", "other"))))
        .contains("LimitExceededException")
        .contains("Only 1 online index can be created or deleted simultaneously per table");
    assertThat(api.answer("UpdateTable", update(DELETE))).contains("\"IndexStatus\":\"DELETING\"");
    assertThat(describe()).doesNotContain("byG");
  }

  @Test
  void whatCannotBeChangedIsNamed() {
    assertThat(api.error("UpdateTable", update(DELETE)))
        .contains("ResourceNotFoundException")
        .contains("Requested resource not found: Index byG for table games");
    assertThat(api.error("UpdateTable", update("{}")))
        .contains(
            "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                + "GlobalSecondaryIndexUpdate.Delete must not be null");
    assertThat(
            api.error(
                "UpdateTable",
                update("{\"Update\":{\"IndexName\":\"byG\"},\"Delete\":{\"IndexName\":\"byG\"}}")))
        .contains(
            "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate"
                + " object");
    assertThat(api.error("UpdateTable", update(DELETE + "," + DELETE)))
        .contains(
            "Only one global secondary index update per index is allowed simultaneously."
                + " Index: byG");
    assertThat(
            api.error(
                "UpdateTable",
                "{\"TableName\":\"games\",\"GlobalSecondaryIndexUpdates\":[" + CREATE + "]}"))
        .contains(
            "Some index key attributes are not defined in AttributeDefinitions. Keys: [g],"
                + " AttributeDefinitions: []");
    assertThat(
            api.error(
                "UpdateTable",
                update(
                    "{\"Update\":{\"IndexName\":\"byG\",\"ProvisionedThroughput\":"
                        + "{\"ReadCapacityUnits\":1000000000001,\"WriteCapacityUnits\":1}}}")))
        .contains("Given value 1000000000001 for ReadCapacityUnits is out of bounds for index byG");
    assertThat(api.error("UpdateTable", "{\"TableName\":\"ghost\"," + update(CREATE).substring(21)))
        .contains("Requested resource not found: Table: ghost not found");
  }

  @Test
  void anIndexIsNotChangedTogetherWithOtherThings() {
    assertThat(error(CREATE, "\"StreamSpecification\":{\"StreamEnabled\":false}"))
        .contains("You cannot create or delete index while changing stream status");
    assertThat(
            error(
                DELETE,
                "\"ProvisionedThroughput\":{\"ReadCapacityUnits\":1,"
                    + "\"WriteCapacityUnits\":1}"))
        .contains("You cannot create or delete index while updating table IOPS");
    assertThat(error(CREATE, "\"WarmThroughput\":{\"ReadUnitsPerSecond\":13000}"))
        .contains("Create global secondary index cannot be specified when updating WarmThroughput");
    assertThat(error(CREATE, "\"DeletionProtectionEnabled\":true"))
        .contains("DeletionProtection modification must be the only operation in the request");
  }

  private String error(String change, String other) {
    return api.error(
        "UpdateTable", update(change).replace("{\"TableName\"", "{" + other + ",\"TableName\""));
  }

  @Test
  void aTableMayAskForConsistentReadsOfItsIndexes() {
    api.answer("UpdateTable", update(CREATE));
    String query = QUERY.replace("{\"TableName\"", "{\"ConsistentRead\":true,\"TableName\"");
    String statement =
        "{\"Statement\":\"SELECT * FROM games.byG WHERE g = 'red'\",\"ConsistentRead\":true}";
    assertThat(api.error("Query", query))
        .contains("Consistent reads are not supported on global secondary indexes");
    assertThat(api.error("ExecuteStatement", statement))
        .contains("Strongly consistent read is not supported on Global Secondary Indexes");

    assertThat(api.error("TagResource", tag("maybe")))
        .contains("The tag holdfast:consistent-indexes must be true or false, not 'maybe'");
    api.answer("TagResource", tag("true"));

    assertThat(api.answer("Query", query)).contains("\"Count\":2");
    assertThat(api.answer("ExecuteStatement", statement)).contains("one").contains("two");
  }

  /** Whatever asks for it: a query or a scan, by name or in a statement. */
  @Test
  void everyConsistentReadWaitsForTheIndexAndNoOther() {
    api.answer("UpdateTable", update(CREATE));
    api.answer("TagResource", tag("true"));
    String scan = "{\"TableName\":\"games\",\"IndexName\":\"byG\"}";
    List<List<String>> reads =
        List.of(
            List.of("Query", QUERY),
            List.of("Scan", scan),
            List.of("ExecuteStatement", "{\"Statement\":\"SELECT * FROM games.byG\"}"),
            List.of(
                "ExecuteStatement", "{\"Statement\":\"SELECT * FROM games.byG WHERE g = 'red'\"}"));

    for (List<String> read : reads) {
      int before = api.store().indexWaitCount();
      api.answer(read.get(0), read.get(1));
      assertThat(api.store().indexWaitCount()).as("%s", read).isEqualTo(before);

      api.answer(read.get(0), read.get(1).replaceFirst("\\{", "{\"ConsistentRead\":true,"));
      assertThat(api.store().indexWaitCount()).as("consistent %s", read).isEqualTo(before + 1);
    }
  }

  private static String tag(String value) {
    return "{\"ResourceArn\":\"arn:aws:dynamodb:eu-central-1:000000000000:table/games\","
        + "\"Tags\":[{\"Key\":\"holdfast:consistent-indexes\",\"Value\":\""
        + value
        + "\"}]}";
  }

  @Test
  void whoLeavesAnIndexBehindIsToldSo() {
    api.store().rejectWith(new Rejection.IndexBehind());

    assertThat(api.error("PutItem", "{\"TableName\":\"games\",\"Item\":{\"id\":{\"S\":\"one\"}}}"))
        .contains("ProvisionedThroughputExceededException")
        .contains(
            "A limit was reached and nothing happened: a global index of the table is too far"
                + " behind");
  }

  @Test
  void anIndexHasThroughputAsItsTable() {
    api.answer("UpdateTable", update(CREATE));
    String units = "{\"ReadCapacityUnits\":3,\"WriteCapacityUnits\":4}";
    String change = "{\"Update\":{\"IndexName\":\"byG\",\"ProvisionedThroughput\":" + units + "}}";

    assertThat(api.error("UpdateTable", update(change)))
        .contains(
            "ProvisionedThroughput should not be specified for index: byG when BillingMode is");
    assertThat(
            api.answer(
                "UpdateTable",
                update(change)
                    .replace(
                        "{\"TableName\"",
                        "{\"BillingMode\":\"PROVISIONED\",\"ProvisionedThroughput\":"
                            + units
                            + ",\"TableName\"")))
        .contains("\"IndexStatus\":\"ACTIVE\"");
    assertThat(describe()).contains("\"ReadCapacityUnits\":3,\"WriteCapacityUnits\":4");
    assertThat(api.error("UpdateTable", update(change)))
        .contains("The provisioned throughput for the index byG will not change.");
  }
}

package dev.holdfast.node.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Time to live through the API, over one replica whose time stands at a thousand seconds. */
class TimeToLiveApiTest {
  private static final String TABLE =
      """
      {"TableName":"sessions","KeySchema":[{"AttributeName":"k","KeyType":"HASH"},
       {"AttributeName":"s","KeyType":"RANGE"}],
       "AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"},
       {"AttributeName":"s","AttributeType":"N"},{"AttributeName":"l","AttributeType":"S"}],
       "LocalSecondaryIndexes":[{"IndexName":"byL","KeySchema":[{"AttributeName":"k",
       "KeyType":"HASH"},{"AttributeName":"l","KeyType":"RANGE"}],
       "Projection":{"ProjectionType":"ALL"}}],
       "BillingMode":"PAY_PER_REQUEST","StreamSpecification":{"StreamEnabled":true,
       "StreamViewType":"NEW_AND_OLD_IMAGES"}}""";
  private static final String NAME = "{\"TableName\":\"sessions\"}";

  @TempDir Path directory;
  private ApiOverReplica api;

  @BeforeEach
  void open() {
    api = new ApiOverReplica(directory.resolve("replica"));
    api.answer("CreateTable", TABLE);
  }

  @AfterEach
  void close() {
    api.close();
  }

  private String change(String attribute, boolean isEnabled) {
    return api.answer("UpdateTimeToLive", changeRequest(attribute, isEnabled));
  }

  private static String changeRequest(String attribute, boolean isEnabled) {
    return "{\"TableName\":\"sessions\",\"TimeToLiveSpecification\":{\"Enabled\":%s,\"AttributeName\":\"%s\"}}"
        .formatted(isEnabled, attribute);
  }

  private String description() {
    return api.answer("DescribeTimeToLive", NAME);
  }

  private void put(int sort, String more) {
    api.answer(
        "PutItem",
        "{\"TableName\":\"sessions\",\"Item\":{\"k\":{\"S\":\"a\"},\"s\":{\"N\":\"%d\"}%s}}"
            .formatted(sort, more));
  }

  private static String ttl(String type, String value) {
    return ",\"ttl\":{\"%s\":\"%s\"}".formatted(type, value);
  }

  /**
   * The sort keys that a scan finds, and how many items the table and its index are said to have.
   */
  private String left() {
    JsonView found = JsonView.of(api.answer("Scan", NAME));
    StringBuilder sorts = new StringBuilder();
    for (int i = 0; i < found.path("Count").asInt(); i++) {
      sorts.append(found.at("/Items/" + i + "/s/N").asText()).append(' ');
    }
    JsonView table = JsonView.of(api.answer("DescribeTable", NAME)).path("Table");
    return sorts
        + "of "
        + table.path("ItemCount").asInt()
        + " and "
        + table.at("/LocalSecondaryIndexes/0/ItemCount").asInt();
  }

  @Test
  void itIsDescribedAsItWasChanged() {
    assertThat(description())
        .isEqualTo("{\"TimeToLiveDescription\":{\"TimeToLiveStatus\":\"DISABLED\"}}");
    assertThat(change("ttl", true))
        .isEqualTo("{\"TimeToLiveSpecification\":{\"Enabled\":true,\"AttributeName\":\"ttl\"}}");
    assertThat(description())
        .isEqualTo(
            "{\"TimeToLiveDescription\":{\"AttributeName\":\"ttl\","
                + "\"TimeToLiveStatus\":\"ENABLED\"}}");
    assertThat(change("ttl", false))
        .isEqualTo("{\"TimeToLiveSpecification\":{\"Enabled\":false,\"AttributeName\":\"ttl\"}}");
    assertThat(description())
        .isEqualTo("{\"TimeToLiveDescription\":{\"TimeToLiveStatus\":\"DISABLED\"}}");
  }

  @Test
  void onlyWhatHasExpiredIsDeletedAndNotBeforeSomebodyLooks() {
    put(1, ttl("N", "999") + ",\"l\":{\"S\":\"x\"}"); // before it is enabled
    change("ttl", true);
    put(2, ttl("N", "1000"));
    put(3, ttl("N", "1000.5"));
    put(4, ttl("N", "1001"));
    put(5, ttl("S", "1"));
    put(6, "");
    put(7, ttl("N", "99.5e1"));
    put(8, ttl("N", "1"));
    put(8, ttl("N", "2000")); // written anew
    put(9, ttl("N", "-1"));
    put(10, ttl("N", "3") + ",\"l\":{\"S\":\"x\"}");

    assertThat(left()).isEqualTo("1 2 3 4 5 6 7 8 9 10 of 10 and 2");
    api.store().expire();
    assertThat(left()).isEqualTo("3 4 5 6 8 9 of 6 and 0");

    change("ttl", false);
    put(11, ttl("N", "1"));
    api.store().expire();
    assertThat(left()).isEqualTo("3 4 5 6 8 9 11 of 7 and 0");
    change("s", true);
    api.store().expire();
    assertThat(left()).as("a key will do").isEqualTo("of 0 and 0");
  }

  @Test
  void theStreamSaysWhoHasDeletedIt() {
    change("ttl", true);
    put(1, ttl("N", "7"));
    put(2, ttl("N", "8"));
    api.answer(
        "DeleteItem",
        "{\"TableName\":\"sessions\",\"Key\":{\"k\":{\"S\":\"a\"},\"s\":{\"N\":\"2\"}}}");
    api.store().expire();

    String arn =
        JsonView.of(api.answer("DescribeTable", NAME)).at("/Table/LatestStreamArn").asText();
    JsonView stream = JsonView.of(api.answer("DescribeStream", "{\"StreamArn\":\"" + arn + "\"}"));
    JsonView shards = stream.at("/StreamDescription/Shards");
    String shard = shards.path(Integer.toString(shards.size() - 1)).path("ShardId").asText();
    String iterator =
        JsonView.of(
                api.answer(
                    "GetShardIterator",
                    "{\"StreamArn\":\"%s\",\"ShardId\":\"%s\",\"ShardIteratorType\":\"TRIM_HORIZON\"}"
                        .formatted(arn, shard)))
            .path("ShardIterator")
            .asText();
    JsonView records =
        JsonView.of(api.answer("GetRecords", "{\"ShardIterator\":\"" + iterator + "\"}"))
            .path("Records");
    JsonView byUser = records.path("2");
    JsonView byService = records.path("3");
    assertThat(byUser.path("eventName").asText()).isEqualTo("REMOVE");
    assertThat(byUser.has("userIdentity")).isFalse();
    assertThat(byService.path("eventName").asText()).isEqualTo("REMOVE");
    assertThat(byService.at("/dynamodb/OldImage/ttl/N").asText()).isEqualTo("7");
    assertThat(byService.at("/userIdentity/Type").asText()).isEqualTo("Service");
    assertThat(byService.at("/userIdentity/PrincipalId").asText())
        .isEqualTo("dynamodb.amazonaws.com");
  }
}

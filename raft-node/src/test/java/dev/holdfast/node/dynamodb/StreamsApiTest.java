package dev.holdfast.node.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.node.dynamodb.stream.SequenceNumber;
import dev.holdfast.node.dynamodb.stream.ShardName;
import dev.holdfast.protocol.model.TableDescriptor;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DynamoDB Streams through the API, over one replica. Sources: AWS API reference and answers. */
class StreamsApiTest {
  private static final String TABLE =
      "{\"TableName\":\"%s\",\"KeySchema\":[{\"AttributeName\":\"k\",\"KeyType\":\"HASH\"}],"
          + "\"AttributeDefinitions\":[{\"AttributeName\":\"k\",\"AttributeType\":\"S\"}],"
          + "\"BillingMode\":\"PAY_PER_REQUEST\",\"StreamSpecification\":{\"StreamEnabled\":true,"
          + "\"StreamViewType\":\"%s\"}}";
  private static final String ARN =
      "arn:aws:dynamodb:eu-central-1:000000000000:table/songs/stream/2023-11-14T22:13:20.000";

  /** Time as the node sees it; the meta group's is its own, and near. */
  private static final class Wall extends Clock {
    Instant now = Instant.ofEpochSecond(1_700_000_100);

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  @TempDir Path directory;
  private final Wall wall = new Wall();
  private ApiOverReplica api;

  @BeforeEach
  void open() {
    api = new ApiOverReplica(directory.resolve("replica"), wall);
  }

  @AfterEach
  void close() {
    api.close();
  }

  private JsonView answer(String operation, String body) {
    return JsonView.of(api.answer(operation, body));
  }

  private void create(String view) {
    api.answer("CreateTable", TABLE.formatted("songs", view));
  }

  private void put(String key, int value) {
    api.answer(
        "PutItem",
        "{\"TableName\":\"songs\",\"Item\":{\"k\":{\"S\":\"%s\"},\"v\":{\"N\":\"%d\"}}}"
            .formatted(key, value));
  }

  private void delete(String key) {
    api.answer(
        "DeleteItem", "{\"TableName\":\"songs\",\"Key\":{\"k\":{\"S\":\"%s\"}}}".formatted(key));
  }

  private JsonView shards(String arn) {
    return answer("DescribeStream", "{\"StreamArn\":\"" + arn + "\"}")
        .at("/StreamDescription/Shards");
  }

  private String shard() {
    return shards(ARN).path("0").path("ShardId").asText();
  }

  private static String iteratorRequest(String shard, String type, @Nullable String number) {
    return "{\"StreamArn\":\"%s\",\"ShardId\":\"%s\",\"ShardIteratorType\":\"%s\"%s}"
        .formatted(
            ARN, shard, type, number == null ? "" : ",\"SequenceNumber\":\"" + number + "\"");
  }

  private String iterator(String type, @Nullable String number) {
    return answer("GetShardIterator", iteratorRequest(shard(), type, number))
        .path("ShardIterator")
        .asText();
  }

  private JsonView records(String iterator) {
    return answer("GetRecords", "{\"ShardIterator\":\"" + iterator + "\"}");
  }

  private void assertError(String operation, String body, String type, String message) {
    assertThat(api.error(operation, body))
        .isEqualTo("{\"__type\":\"" + type + "\",\"message\":\"" + message + "\"}");
  }

  private static final String VALIDATION = "com.amazon.coral.validate#ValidationException";
  private static final String MODEL = "com.amazonaws.dynamodb.v20120810#";

  @Test
  void aRecordShowsWhatHappened() {
    create("NEW_AND_OLD_IMAGES");
    put("a", 1);
    put("a", 2);
    put("a", 2); // changes nothing
    delete("a");
    delete("a"); // nor does this

    String whole =
        api.answer("GetRecords", "{\"ShardIterator\":\"" + iterator("TRIM_HORIZON", null) + "\"}");
    JsonView page = JsonView.of(whole);
    assertThat(page.path("Records")).hasSize(3);
    String id = page.at("/Records/0/eventID").asText();
    assertThat(id).matches("[0-9a-f]{32}");
    assertThat(whole)
        .startsWith(
            "{\"Records\":[{\"eventID\":\""
                + id
                + "\",\"eventName\":\"INSERT\",\"eventVersion\":\"1.1\","
                + "\"eventSource\":\"aws:dynamodb\",\"awsRegion\":\"eu-central-1\",\"dynamodb\":{"
                + "\"ApproximateCreationDateTime\":1000,\"Keys\":{\"k\":{\"S\":\"a\"}},"
                + "\"NewImage\":{\"k\":{\"S\":\"a\"},\"v\":{\"N\":\"1\"}},"
                + "\"SequenceNumber\":\"100000000000000000002\",\"SizeBytes\":7,"
                + "\"StreamViewType\":\"NEW_AND_OLD_IMAGES\"}}");
    assertThat(page.at("/Records/1/eventName").asText()).isEqualTo("MODIFY");
    assertThat(page.at("/Records/1/dynamodb/OldImage/v/N").asText()).isEqualTo("1");
    assertThat(page.at("/Records/1/dynamodb/NewImage/v/N").asText()).isEqualTo("2");
    assertThat(page.at("/Records/2/eventName").asText()).isEqualTo("REMOVE");
    assertThat(page.at("/Records/2/dynamodb").has("NewImage")).isFalse();
    assertThat(page.path("Records").texts("eventID")).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({
    "KEYS_ONLY, false, false",
    "NEW_IMAGE, true, false",
    "OLD_IMAGE, false, true",
    "NEW_AND_OLD_IMAGES, true, true"
  })
  void aViewShowsItsImages(String view, boolean showsNew, boolean showsOld) {
    create(view);
    put("a", 1);
    put("a", 2);
    JsonView change = records(iterator("TRIM_HORIZON", null)).at("/Records/1/dynamodb");
    assertThat(change.path("StreamViewType").asText()).isEqualTo(view);
    assertThat(change.has("NewImage")).isEqualTo(showsNew);
    assertThat(change.has("OldImage")).isEqualTo(showsOld);
    assertThat(Integer.parseInt(change.path("SizeBytes").asText()))
        .isEqualTo(2 + (showsNew ? 5 : 0) + (showsOld ? 5 : 0));
  }

  @Test
  void theFourKindsOfIteratorsBeginWhereTheySay() {
    create("KEYS_ONLY");
    put("a", 1);
    put("b", 1);
    String latest = iterator("LATEST", null);
    put("c", 1);
    String second =
        records(iterator("TRIM_HORIZON", null)).at("/Records/1/dynamodb/SequenceNumber").asText();

    assertThat(keys(records(iterator("TRIM_HORIZON", null)))).containsExactly("a", "b", "c");
    assertThat(keys(records(iterator("AT_SEQUENCE_NUMBER", second)))).containsExactly("b", "c");
    assertThat(keys(records(iterator("AFTER_SEQUENCE_NUMBER", second)))).containsExactly("c");
    assertThat(keys(records(latest))).containsExactly("c");
    assertThat(keys(records(iterator("LATEST", null)))).isEmpty();
    String first = shards(ARN).at("/0/SequenceNumberRange/StartingSequenceNumber").asText();
    assertThat(keys(records(iterator("AT_SEQUENCE_NUMBER", first)))).hasSize(3);
  }

  private static List<String> keys(JsonView page) {
    List<String> keys = new ArrayList<>();
    page.path("Records").forEach(each -> keys.add(each.at("/dynamodb/Keys/k/S").asText()));
    return keys;
  }

  @Test
  void pagesFollowEachOtherWithoutGapOrRepeat() {
    create("NEW_IMAGE");
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      put("k" + i, i);
      expected.add("k" + i);
    }
    List<String> seen = new ArrayList<>();
    String next = iterator("TRIM_HORIZON", null);
    for (int i = 0; i < 4; i++) {
      JsonView page = answer("GetRecords", "{\"Limit\":10,\"ShardIterator\":\"" + next + "\"}");
      seen.addAll(keys(page));
      next = page.path("NextShardIterator").asText();
    }
    assertThat(seen).isEqualTo(expected);
    put("later", 1);
    assertThat(keys(records(next))).containsExactly("later");
  }

  @Test
  void aPageHasAMegabyteAndAtLeastOneRecord() {
    create("NEW_AND_OLD_IMAGES");
    String large = "x".repeat(390_000);
    for (int i = 0; i < 4; i++) {
      api.answer(
          "PutItem",
          "{\"TableName\":\"songs\",\"Item\":{\"k\":{\"S\":\"a\"},\"v\":{\"S\":\"%s%d\"}}}"
              .formatted(large, i));
    }
    List<Integer> counts = new ArrayList<>();
    String next = iterator("TRIM_HORIZON", null);
    for (int i = 0; i < 4; i++) {
      JsonView page = records(next);
      counts.add(page.path("Records").size());
      next = page.path("NextShardIterator").asText();
    }
    assertThat(counts).containsExactly(1, 1, 1, 1); // the second has two images, and so on
  }

  @Test
  void aStreamThatIsDisabledIsReadToItsEndAndTheNextOneBeginsAnew() {
    create("KEYS_ONLY");
    put("a", 1);
    String open = iterator("TRIM_HORIZON", null);
    api.answer(
        "UpdateTable",
        "{\"TableName\":\"songs\",\"StreamSpecification\":{\"StreamEnabled\":false}}");
    put("unseen", 1);
    assertThat(
            answer("DescribeStream", "{\"StreamArn\":\"" + ARN + "\"}")
                .at("/StreamDescription/StreamStatus")
                .asText())
        .isEqualTo("DISABLED");
    JsonView page = records(open);
    assertThat(keys(page)).containsExactly("a");
    assertThat(page.has("NextShardIterator")).isFalse();
    assertThat(shards(ARN).at("/0/SequenceNumberRange/EndingSequenceNumber").asText())
        .isEqualTo(page.at("/Records/0/dynamodb/SequenceNumber").asText());

    api.answer(
        "UpdateTable",
        "{\"TableName\":\"songs\",\"StreamSpecification\":{\"StreamEnabled\":true,"
            + "\"StreamViewType\":\"NEW_IMAGE\"}}");
    put("b", 1);
    JsonView streams = answer("ListStreams", "{\"TableName\":\"songs\"}").path("Streams");
    assertThat(streams.texts("StreamLabel"))
        .containsExactly("2023-11-14T22:13:20.000", "2023-11-14T22:13:24.000");
    JsonView second = shards(streams.at("/1/StreamArn").asText());
    assertThat(second).hasSize(1);
    assertThat(second.path("0").has("ParentShardId")).isFalse();
    assertThat(second.at("/0/ShardId").asText()).isNotEqualTo(shard());

    wall.now = wall.now.plus(Duration.ofHours(25));
    assertThat(answer("ListStreams", "{}").path("Streams")).hasSize(1);
    assertError(
        "DescribeStream",
        "{\"StreamArn\":\"" + ARN + "\"}",
        MODEL + "ResourceNotFoundException",
        "Requested resource not found: Stream: " + ARN + " not found");
  }

  @Test
  void whatIsTrimmedIsNotSkippedSilently() {
    create("KEYS_ONLY");
    put("a", 1);
    put("b", 1);
    put("c", 1);
    JsonView all = records(iterator("TRIM_HORIZON", null));
    String first = all.at("/Records/0/dynamodb/SequenceNumber").asText();
    String second = all.at("/Records/1/dynamodb/SequenceNumber").asText();
    String early = iterator("AFTER_SEQUENCE_NUMBER", first);
    String horizon = iterator("TRIM_HORIZON", null);
    trim(SequenceNumber.parse(second).getAsLong());

    String gone = "The data you are trying to access has been trimmed";
    String type = MODEL + "TrimmedDataAccessException";
    assertError("GetRecords", "{\"ShardIterator\":\"" + early + "\"}", type, gone);
    assertError(
        "GetShardIterator", iteratorRequest(shard(), "AT_SEQUENCE_NUMBER", second), type, gone);
    assertThat(keys(records(horizon))).containsExactly("c");
    assertThat(keys(records(iterator("AFTER_SEQUENCE_NUMBER", second)))).containsExactly("c");
  }

  private void trim(long through) {
    TableDescriptor table = api.store().table("songs").join().orElseThrow();
    api.store().trim(table.id(), ShardName.parse(shard()).orElseThrow(), through);
  }

  @Test
  void aShardThatIsGoneIsTrimmedForReadersAndUnknownToOthers() {
    create("KEYS_ONLY");
    put("a", 1);
    String name = shard();
    String open = iterator("TRIM_HORIZON", null);
    api.answer(
        "UpdateTable",
        "{\"TableName\":\"songs\",\"StreamSpecification\":{\"StreamEnabled\":false}}");
    trim(Long.MAX_VALUE);
    assertThat(shards(ARN)).isEmpty();
    assertError(
        "GetRecords",
        "{\"ShardIterator\":\"" + open + "\"}",
        MODEL + "TrimmedDataAccessException",
        "The data you are trying to access has been trimmed");
    assertError(
        "GetShardIterator",
        iteratorRequest(name, "LATEST", null),
        MODEL + "ResourceNotFoundException",
        "Requested resource not found: Shard does not exist");
  }

  @Test
  void iteratorsExpire() {
    create("KEYS_ONLY");
    String iterator = iterator("LATEST", null);
    wall.now = wall.now.plus(Duration.ofMinutes(15));
    String next = records(iterator).path("NextShardIterator").asText();
    wall.now = wall.now.plusMillis(1);
    assertError(
        "GetRecords",
        "{\"ShardIterator\":\"" + iterator + "\"}",
        MODEL + "ExpiredIteratorException",
        "Shard iterator has expired");
    assertThat(records(next).has("NextShardIterator")).isTrue();
  }

  @Test
  void whatIsAskedInAWrongWayIsRefusedInTheServicesWords() {
    create("KEYS_ONLY");
    put("a", 1);
    String shard = shard();
    String number = SequenceNumber.of(3);
    assertError("GetRecords", "{\"ShardIterator\":\"x\"}", VALIDATION, "Invalid ShardIterator");
    assertError(
        "GetRecords",
        "{\"ShardIterator\":\"" + iterator("LATEST", null) + "\",\"Limit\":1001}",
        VALIDATION,
        "One or more parameter values were invalid: Limit should be less than or equal to 1000");
    assertError(
        "GetShardIterator",
        iteratorRequest(shard, "AT_SEQUENCE_NUMBER", null),
        VALIDATION,
        "Invalid SequenceNumber");
    assertError(
        "GetShardIterator",
        iteratorRequest(shard, "AT_SEQUENCE_NUMBER", "999999999999999999999"),
        VALIDATION,
        "Invalid SequenceNumber");
    assertError(
        "GetShardIterator",
        iteratorRequest(shard, "AFTER_SEQUENCE_NUMBER", number),
        VALIDATION,
        "Invalid SequenceNumber for the shard");
    assertError(
        "GetShardIterator",
        iteratorRequest(shard, "LATEST", number),
        VALIDATION,
        "SequenceNumber should not be passed for this iterator type");
  }

  @Test
  void whatIsNotThereAndWhatIsNoNameIsRefusedInTheServicesWords() {
    create("KEYS_ONLY");
    String shard = shard();
    assertError(
        "GetShardIterator",
        iteratorRequest("shardId-00000000000000000042-0000001f", "LATEST", null),
        MODEL + "ResourceNotFoundException",
        "Requested resource not found: Shard does not exist");
    assertError(
        "GetShardIterator",
        iteratorRequest(shard, "EARLIEST", null),
        VALIDATION,
        "1 validation error detected: Value 'EARLIEST' at 'shardIteratorType' failed to satisfy"
            + " constraint: Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST,"
            + " AT_SEQUENCE_NUMBER, TRIM_HORIZON]");
    assertError(
        "GetShardIterator",
        iteratorRequest(shard, "LATEST", null).replace("}", ",\"Timestamp\":1}"),
        VALIDATION,
        "Timestamp is not built yet in Holdfast");
  }

  @Test
  void aStreamThatIsNotThereOrIsNamedWronglyIsRefusedInTheServicesWords() {
    create("KEYS_ONLY");
    String other = ARN.replace(":20.000", ":21.000");
    assertError(
        "DescribeStream",
        "{\"StreamArn\":\"" + other + "\"}",
        MODEL + "ResourceNotFoundException",
        "Requested resource not found: Stream: " + other + " not found");
    assertError(
        "DescribeStream",
        "{\"StreamArn\":\"" + "x".repeat(40) + "\"}",
        VALIDATION,
        "Invalid StreamArn");
    assertError(
        "DescribeStream",
        "{\"StreamArn\":\"" + ARN + "\",\"ShardFilter\":{\"Type\":\"CHILD_SHARDS\"}}",
        VALIDATION,
        "One or more parameter values were invalid: ShardFilter needs both its Type and its"
            + " ShardId");
    assertError(
        "ListStreams",
        "{\"ExclusiveStartStreamArn\":\"" + "x".repeat(40) + "\"}",
        VALIDATION,
        "Invalid ExclusiveStartStreamArn");
  }

  @Test
  void streamsOfAllTablesAreListedPageByPage() {
    for (int i = 0; i < 30; i++) {
      api.answer("CreateTable", TABLE.formatted("table%02d".formatted(i), "KEYS_ONLY"));
    }
    List<String> names = new ArrayList<>();
    String start = "";
    int pageCount = 0;
    do {
      JsonView page = answer("ListStreams", "{\"Limit\":7" + start + "}");
      names.addAll(page.path("Streams").texts("TableName"));
      start =
          ",\"ExclusiveStartStreamArn\":\"" + page.path("LastEvaluatedStreamArn").asText() + "\"";
      pageCount += page.has("LastEvaluatedStreamArn") ? 1 : 100;
    } while (pageCount < 100);
    assertThat(names).hasSize(30).isSorted().doesNotHaveDuplicates();
    assertThat(pageCount).isEqualTo(104);
  }

  @Test
  void aStreamIsDescribed() {
    create("OLD_IMAGE");
    String shard = shard();
    assertThat(api.answer("DescribeStream", "{\"StreamArn\":\"" + ARN + "\",\"Limit\":500}"))
        .isEqualTo(
            "{\"StreamDescription\":{\"StreamArn\":\""
                + ARN
                + "\","
                + "\"StreamLabel\":\"2023-11-14T22:13:20.000\",\"StreamStatus\":\"ENABLED\","
                + "\"StreamViewType\":\"OLD_IMAGE\",\"CreationRequestDateTime\":1700000000.000,"
                + "\"TableName\":\"songs\",\"KeySchema\":[{\"AttributeName\":\"k\","
                + "\"KeyType\":\"HASH\"}],\"Shards\":[{\"ShardId\":\""
                + shard
                + "\","
                + "\"SequenceNumberRange\":{\"StartingSequenceNumber\":"
                + "\"100000000000000000001\"}}]}}");
    String behind = "{\"StreamArn\":\"%s\",\"ExclusiveStartShardId\":\"%s\"}";
    assertThat(
            answer("DescribeStream", behind.formatted(ARN, shard)).at("/StreamDescription/Shards"))
        .isEmpty();
    String children =
        "{\"StreamArn\":\"%s\",\"ShardFilter\":{\"Type\":\"CHILD_SHARDS\",\"ShardId\":\"%s\"}}";
    assertThat(
            answer("DescribeStream", children.formatted(ARN, shard))
                .at("/StreamDescription/Shards"))
        .isEmpty();
  }
}

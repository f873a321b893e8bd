package dev.holdfast.node.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is answered when tables come, change and go, and what is said of features they lack. */
class TableLifeTest {
  private static final String SONGS = "{\"TableName\":\"songs\"}";

  @TempDir Path directory;
  private ApiOverReplica api;

  @BeforeEach
  void open() {
    api = new ApiOverReplica(directory.resolve("replica"));
  }

  @AfterEach
  void close() {
    api.close();
  }

  private static String creation(String table) {
    return "{\"TableName\":\""
        + table
        + "\",\"KeySchema\":[{\"AttributeName\":\"k\",\"KeyType\":\"HASH\"}],"
        + "\"AttributeDefinitions\":[{\"AttributeName\":\"k\",\"AttributeType\":\"S\"}],"
        + "\"BillingMode\":\"PAY_PER_REQUEST\"}";
  }

  @Test
  void theAnswerToACreationSaysLessThanTheDescriptionLater() {
    String created = api.answer("CreateTable", creation("songs"));
    assertThat(created)
        .contains("\"TableStatus\":\"CREATING\"")
        .contains("\"CreationDateTime\":1700000000.000")
        .contains("\"BillingModeSummary\":{\"BillingMode\":\"PAY_PER_REQUEST\"}")
        .contains("\"ItemCount\":0", "\"TableSizeBytes\":0", "\"DeletionProtectionEnabled\":false")
        .doesNotContain("WarmThroughput");
    String id = created.replaceFirst(".*\"TableId\":\"([-0-9a-f]{36})\".*", "$1");
    assertThat(id).hasSize(36);
    assertThat(api.answer("DescribeTable", SONGS))
        .contains("\"TableStatus\":\"ACTIVE\"", "\"TableId\":\"" + id + "\"", "WarmThroughput");
    assertThat(api.answer("DeleteTable", SONGS)).contains("\"TableStatus\":\"DELETING\"");
  }

  @Test
  void namesInUseAndMissingOnesAreReported() {
    api.answer("CreateTable", creation("songs"));
    assertThat(api.error("CreateTable", creation("songs")))
        .isEqualTo(
            "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ResourceInUseException\","
                + "\"message\":\"Table already exists: songs\"}");
    for (String operation : new String[] {"DescribeTable", "DeleteTable", "DescribeTimeToLive"}) {
      assertThat(api.error(operation, "{\"TableName\":\"other\"}"))
          .isEqualTo(
              "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException\","
                  + "\"message\":\"Requested resource not found: Table: other not found\"}");
    }
  }

  @Test
  void aProtectedTableStays() {
    api.answer("CreateTable", creation("songs"));
    assertThat(
            api.answer(
                "UpdateTable", "{\"TableName\":\"songs\",\"DeletionProtectionEnabled\":true}"))
        .contains("\"TableStatus\":\"ACTIVE\"", "\"DeletionProtectionEnabled\":true");
    assertThat(api.error("DeleteTable", SONGS))
        .contains(
            "ValidationException",
            "\"Resource cannot be deleted as it is currently protected against deletion. Disable"
                + " deletion protection first.\"");
    api.answer("UpdateTable", "{\"TableName\":\"songs\",\"DeletionProtectionEnabled\":false}");
    api.answer("DeleteTable", SONGS);
  }

  @Test
  void tablesAreListedFromWhereverOneAsks() {
    for (String name : new String[] {"bbb", "aaa", "ddd"}) {
      api.answer("CreateTable", creation(name));
    }
    assertThat(api.answer("ListTables", "{\"Limit\":2}"))
        .isEqualTo("{\"TableNames\":[\"aaa\",\"bbb\"],\"LastEvaluatedTableName\":\"bbb\"}");
    assertThat(api.answer("ListTables", "{\"Limit\":3}"))
        .isEqualTo("{\"TableNames\":[\"aaa\",\"bbb\",\"ddd\"]}");
    assertThat(api.answer("ListTables", "{\"ExclusiveStartTableName\":\"ccc\"}"))
        .isEqualTo("{\"TableNames\":[\"ddd\"]}");
    assertThat(api.answer("ListTables", "{\"ExclusiveStartTableName\":\"ddd\"}"))
        .isEqualTo("{\"TableNames\":[]}");
    assertThat(api.error("ListTables", "{\"Limit\":101}"))
        .contains("Value '101' at 'limit' failed to satisfy constraint");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "DescribeContinuousBackups|{\"ContinuousBackupsDescription\":{\"ContinuousBackupsStatus\":"
            + "\"DISABLED\",\"PointInTimeRecoveryDescription\":{\"PointInTimeRecoveryStatus\":"
            + "\"DISABLED\"}}}",
        "DescribeContributorInsights|{\"TableName\":\"songs\",\"ContributorInsightsStatus\":"
            + "\"DISABLED\"}",
        "DescribeKinesisStreamingDestination|{\"TableName\":\"songs\","
            + "\"KinesisDataStreamDestinations\":[]}",
        "DescribeTimeToLive|{\"TimeToLiveDescription\":{\"TimeToLiveStatus\":\"DISABLED\"}}",
        "ListBackups|{\"BackupSummaries\":[]}",
        "ListStreams|{\"Streams\":[]}"
      })
  void whatATableDoesNotHaveIsSaidTruly(String operation, String answer) {
    api.answer("CreateTable", creation("songs"));
    assertThat(api.answer(operation, SONGS)).isEqualTo(answer);
  }

  @ParameterizedTest
  @CsvSource({
    "ListContributorInsights, ContributorInsightsSummaries",
    "ListExports, ExportSummaries",
    "ListGlobalTables, GlobalTables",
    "ListImports, ImportSummaryList"
  })
  void listsOfWhatThereIsNotAreEmpty(String operation, String member) {
    assertThat(api.answer(operation, "{}")).isEqualTo("{\"" + member + "\":[]}");
  }

  @Test
  void questionsAboutATableThatDoesNotExistFail() {
    assertThat(api.error("DescribeContinuousBackups", SONGS))
        .isEqualTo(
            "{\"__type\":\"com.amazonaws.dynamodb.v20120810#TableNotFoundException\","
                + "\"message\":\"Table not found: songs\"}");
    for (String operation :
        new String[] {"DescribeContributorInsights", "DescribeKinesisStreamingDestination"}) {
      assertThat(api.error(operation, SONGS))
          .contains("\"Requested resource not found: Table: songs not found\"");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "UpdateContinuousBackups",
    "UpdateContributorInsights",
    "EnableKinesisStreamingDestination",
    "CreateBackup",
    "ExportTableToPointInTime"
  })
  void whatWouldChangeSomethingIsNotThere(String operation) {
    assertThat(api.error(operation, SONGS))
        .contains("UnknownOperationException", "The operation " + operation + " is not built yet");
  }
}

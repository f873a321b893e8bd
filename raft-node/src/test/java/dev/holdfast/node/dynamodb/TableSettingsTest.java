package dev.holdfast.node.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How tables are billed, classed and encrypted, through the API: what is kept, described and
 * refused. The meta group's entries are a second apart, the first is of 1,700,000,000 s.
 */
class TableSettingsTest {
  private static final String ON_DEMAND = "\"BillingMode\":\"PAY_PER_REQUEST\"";
  private static final String INFREQUENT = "\"TableClass\":\"STANDARD_INFREQUENT_ACCESS\"";
  private static final String INVALID = "One or more parameter values were invalid: ";

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

  private static String table(String... members) {
    return "{\"TableName\":\"songs\",\"KeySchema\":[{\"AttributeName\":\"k\",\"KeyType\":\"HASH\"}],"
        + "\"AttributeDefinitions\":[{\"AttributeName\":\"k\",\"AttributeType\":\"S\"}],"
        + String.join(",", members)
        + "}";
  }

  private static String units(long read, long write) {
    return "\"ProvisionedThroughput\":{\"ReadCapacityUnits\":"
        + read
        + ",\"WriteCapacityUnits\":"
        + write
        + "}";
  }

  private static String limits(String members) {
    return "\"OnDemandThroughput\":{" + members + "}";
  }

  private String create(String... members) {
    return api.answer("CreateTable", table(members));
  }

  private String update(String... members) {
    return api.answer("UpdateTable", updateOf(members));
  }

  private static String updateOf(String... members) {
    return "{\"TableName\":\"songs\"," + String.join(",", members) + "}";
  }

  private String described() {
    return api.answer("DescribeTable", "{\"TableName\":\"songs\"}");
  }

  private void assertRefused(String operation, String body, String message) {
    assertThat(api.error(operation, body))
        .isEqualTo(
            "{\"__type\":\"com.amazon.coral.validate#ValidationException\",\"message\":\""
                + message
                + "\"}");
  }

  @Test
  void limitsOfATableOnDemandAreDescribed() {
    create(ON_DEMAND, limits("\"MaxReadRequestUnits\":10,\"MaxWriteRequestUnits\":5"));
    assertThat(described())
        .contains("\"OnDemandThroughput\":{\"MaxReadRequestUnits\":10,\"MaxWriteRequestUnits\":5}");
  }

  @Test
  void oneLimitIsChangedWithoutTheOtherAndMinusOneTakesItAway() {
    create(ON_DEMAND, limits("\"MaxReadRequestUnits\":10"));
    assertThat(described()).contains("\"OnDemandThroughput\":{\"MaxReadRequestUnits\":10}");

    assertThat(update(limits("\"MaxWriteRequestUnits\":7"))).contains("\"TableStatus\":\"ACTIVE\"");
    assertThat(described())
        .contains("\"OnDemandThroughput\":{\"MaxReadRequestUnits\":10,\"MaxWriteRequestUnits\":7}");
    update(limits("\"MaxReadRequestUnits\":-1"));
    assertThat(described()).contains("\"OnDemandThroughput\":{\"MaxWriteRequestUnits\":7}");
    update(limits("\"MaxReadRequestUnits\":-1,\"MaxWriteRequestUnits\":-1"));
    assertThat(described()).doesNotContain("OnDemandThroughput");
  }

  @ParameterizedTest
  @CsvSource({
    "CreateTable, 0",
    "CreateTable, -1",
    "CreateTable, -2",
    "UpdateTable, 0",
    "UpdateTable, -2"
  })
  void limitsOutsideTheirRangeAreRefused(String operation, long units) {
    create(ON_DEMAND);
    for (String member : new String[] {"MaxReadRequestUnits", "MaxWriteRequestUnits"}) {
      String limits = limits("\"" + member + "\":" + units);
      assertRefused(
          operation,
          operation.equals("CreateTable") ? table(ON_DEMAND, limits) : updateOf(limits),
          INVALID
              + "Requested "
              + member
              + " for OnDemandThroughput for table is outside of valid range");
    }
  }

  @Test
  void limitsAreForTablesOnDemandOnly() {
    assertRefused(
        "CreateTable",
        table(units(1, 1), limits("\"MaxReadRequestUnits\":10")),
        INVALID
            + "MaxReadRequestUnits for OnDemandThroughput cannot be specified when table"
            + " BillingMode is PROVISIONED.");
    create(units(1, 1));
    assertRefused(
        "UpdateTable",
        updateOf(limits("\"MaxWriteRequestUnits\":10")),
        INVALID
            + "MaxWriteRequestUnits for OnDemandThroughput cannot be specified when the table"
            + " BillingMode is PROVISIONED");
    update(ON_DEMAND, limits("\"MaxWriteRequestUnits\":10"));
    assertThat(described()).contains("\"OnDemandThroughput\":{\"MaxWriteRequestUnits\":10}");
    update("\"BillingMode\":\"PROVISIONED\"", units(1, 1));
    assertThat(described()).doesNotContain("OnDemandThroughput");
  }

  @Test
  void theStandardClassIsNotDescribedUntilATableHadAnother() {
    create(ON_DEMAND, "\"TableClass\":\"STANDARD\"");
    assertThat(described()).doesNotContain("TableClass");

    assertThat(update(INFREQUENT)).contains("\"TableStatus\":\"UPDATING\"");
    assertThat(described())
        .contains("\"TableStatus\":\"ACTIVE\"")
        .contains(
            "\"TableClassSummary\":{\"TableClass\":\"STANDARD_INFREQUENT_ACCESS\","
                + "\"LastUpdateDateTime\":1700000002.000}");
    update(INFREQUENT);
    assertThat(described()).contains("\"LastUpdateDateTime\":1700000002.000");
    update("\"TableClass\":\"STANDARD\"");
    assertThat(described())
        .contains(
            "\"TableClassSummary\":{\"TableClass\":\"STANDARD\","
                + "\"LastUpdateDateTime\":1700000004.000}");
  }

  @Test
  void aTableMayBeginInAnotherClassAndAnUnknownOneIsRefused() {
    create(ON_DEMAND, INFREQUENT);
    assertThat(described())
        .contains("\"TableClassSummary\":{\"TableClass\":\"STANDARD_INFREQUENT_ACCESS\"}");
    assertRefused(
        "UpdateTable",
        updateOf("\"TableClass\":\"COLD\""),
        "Invalid table-class parameter provided. Please try again with a valid table-class value:"
            + " [STANDARD, STANDARD_INFREQUENT_ACCESS].");
  }

  /** Whoever asks for encryption is told that there is none. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"Enabled\":true|SSESpecification is not built yet in Holdfast: no table is encrypted."
            + " Leave it out, or say that Enabled is false",
        "\"SSEType\":\"KMS\"|SSESpecification is not built yet in Holdfast: no table is encrypted."
            + " Leave it out, or say that Enabled is false",
        "\"Enabled\":false,\"SSEType\":\"KMS\"|One or more parameter values were invalid: SSEType"
            + " can not be specified if Enabled is false",
        "\"Enabled\":false,\"KMSMasterKeyId\":\"k\"|One or more parameter values were invalid:"
            + " KMSMasterKeyId can not be specified if Enabled is false",
        "\"Enabled\":true,\"KMSMasterKeyId\":\"k\"|One or more parameter values were invalid:"
            + " SSEType KMS is required if KMSMasterKeyId is specified",
        "\"Enabled\":true,\"SSEType\":\"AES256\"|One or more parameter values were invalid: SSEType"
            + " AES256 is not supported"
      })
  void encryptionIsRefused(String members, String message) {
    String encryption = "\"SSESpecification\":{" + members + "}";
    assertRefused("CreateTable", table(ON_DEMAND, encryption), message);
    create(ON_DEMAND, "\"SSESpecification\":{\"Enabled\":false}");
    assertThat(described()).doesNotContain("SSEDescription");
    assertRefused("UpdateTable", updateOf(encryption), message);
    assertRefused(
        "UpdateTable",
        updateOf("\"SSESpecification\":{\"Enabled\":false}"),
        INVALID + "Table is already encrypted by default");
  }

  /** As {@code UpdateTable} says of what is not there to be turned off. */
  @Test
  void aStreamThatIsNotThereCannotBeTurnedOff() {
    create(ON_DEMAND, "\"StreamSpecification\":{\"StreamEnabled\":false}");
    String off = "\"StreamSpecification\":{\"StreamEnabled\":false}";
    assertRefused("UpdateTable", updateOf(off), "Table has no stream to disable: TableName: songs");
    assertRefused(
        "UpdateTable",
        updateOf(off, ON_DEMAND),
        "StreamSpecification together with another change is not built yet in Holdfast: send two"
            + " requests");
    assertRefused(
        "UpdateTable",
        updateOf(off, units(1, 1)),
        INVALID + "You cannot modify stream status while updating table IOPS");
    assertRefused(
        "UpdateTable",
        updateOf(off, limits("\"MaxReadRequestUnits\":10")),
        INVALID
            + "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request");
  }

  /** Source: the answers of the service, also of what is left when a stream has ended. */
  @Test
  void streamsBeginAndEndAndAreDescribed() {
    String on = "\"StreamSpecification\":{\"StreamEnabled\":true,\"StreamViewType\":\"NEW_IMAGE\"}";
    String off = "\"StreamSpecification\":{\"StreamEnabled\":false}";
    String first =
        "\"LatestStreamLabel\":\"2023-11-14T22:13:20.000\","
            + "\"LatestStreamArn\":\"arn:aws:dynamodb:eu-central-1:000000000000:table/songs/stream/"
            + "2023-11-14T22:13:20.000\"";
    assertThat(create(ON_DEMAND, on)).contains(on + "," + first);
    assertThat(described()).contains(on + "," + first).contains("\"TableStatus\":\"ACTIVE\"");
    assertRefused(
        "UpdateTable", updateOf(on), "Table already has an enabled stream: TableName: songs");

    assertThat(update(off)).contains("\"TableStatus\":\"UPDATING\"");
    assertThat(described()).doesNotContain("StreamSpecification").contains(first);
    assertRefused("UpdateTable", updateOf(off), "Table has no stream to disable: TableName: songs");

    update(on);
    assertThat(described())
        .contains(on + ",\"LatestStreamLabel\":\"2023-11-14T22:13:26.000\"")
        .doesNotContain(first);
  }

  @Test
  void theSummaryOfBillingIsShownOfTablesThatAreOrWereOnDemand() {
    assertThat(create(units(1, 1))).doesNotContain("BillingModeSummary");
    assertThat(described()).doesNotContain("BillingModeSummary");

    assertThat(update(ON_DEMAND))
        .contains("\"TableStatus\":\"UPDATING\"")
        .contains("\"ReadCapacityUnits\":0,\"WriteCapacityUnits\":0");
    String summary =
        "\"BillingModeSummary\":{\"BillingMode\":\"PAY_PER_REQUEST\","
            + "\"LastUpdateToPayPerRequestDateTime\":1700000002.000}";
    assertThat(described()).contains(summary);
    update(ON_DEMAND); // changes nothing
    assertThat(described()).contains(summary);
    update("\"BillingMode\":\"PROVISIONED\"", units(3, 4));
    assertThat(described())
        .contains(summary.replace("PAY_PER_REQUEST", "PROVISIONED"))
        .contains(
            "\"ProvisionedThroughput\":{\"NumberOfDecreasesToday\":0,\"ReadCapacityUnits\":3,"
                + "\"WriteCapacityUnits\":4}");
  }

  @Test
  void aTableThatWasCreatedOnDemandIsSoSinceThen() {
    assertThat(create(ON_DEMAND))
        .contains("\"BillingModeSummary\":{\"BillingMode\":\"PAY_PER_REQUEST\"},");
    assertThat(described()).contains("\"LastUpdateToPayPerRequestDateTime\":1700000000.000");
    update("\"BillingMode\":\"PROVISIONED\"", units(3, 4));
    assertThat(described()).contains("\"LastUpdateToPayPerRequestDateTime\":1700000000.000");
  }

  @Test
  void whenThroughputWasRaisedAndLoweredIsDescribed() {
    create(units(5, 5));
    assertThat(update(units(6, 5))).contains("\"TableStatus\":\"UPDATING\"");
    assertThat(described())
        .contains("\"ProvisionedThroughput\":{\"LastIncreaseDateTime\":1700000002.000,\"Number");
    update(units(4, 7));
    assertThat(described())
        .contains(
            "{\"LastIncreaseDateTime\":1700000003.000,\"LastDecreaseDateTime\":1700000003.000,")
        .contains("\"NumberOfDecreasesToday\":0"); // that day in 2023 is not today
  }

  @Test
  void whatWillNotChangeAndWhatDoesNotFitIsRefused() {
    create(units(5, 6));
    String same =
        "The provisioned throughput for the table will not change. The requested value equals the"
            + " current value. Current ReadCapacityUnits provisioned for the table: 5. Requested"
            + " ReadCapacityUnits: 5. Current WriteCapacityUnits provisioned for the table: 6."
            + " Requested WriteCapacityUnits: 6. Refer to the Amazon DynamoDB Developer Guide for"
            + " current limits and how to request higher limits.";
    assertRefused("UpdateTable", updateOf(units(5, 6)), same);
    assertRefused("UpdateTable", updateOf("\"BillingMode\":\"PROVISIONED\"", units(5, 6)), same);
    assertRefused(
        "UpdateTable",
        updateOf("\"BillingMode\":\"PROVISIONED\""),
        INVALID + "ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
    assertRefused(
        "UpdateTable",
        updateOf(ON_DEMAND, units(1, 1)),
        INVALID + "ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST");
    assertRefused(
        "UpdateTable",
        updateOf(units(1_000_000_000_001L, 1)),
        "Given value 1000000000001 for ReadCapacityUnits is out of bounds");
    update(ON_DEMAND);
    assertRefused(
        "UpdateTable",
        updateOf(units(1, 1)),
        INVALID
            + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode"
            + " is PAY_PER_REQUEST");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"SSESpecification\":{\"Enabled\":false},\"DeletionProtectionEnabled\":true"
            + "|Server-Side Encryption modification must be",
        "\"TableClass\":\"STANDARD\",\"DeletionProtectionEnabled\":true"
            + "|TableClass modification must be",
        "\"DeletionProtectionEnabled\":true,\"BillingMode\":\"PAY_PER_REQUEST\""
            + "|DeletionProtection modification must be",
        "\"DeletionProtectionEnabled\":true,\"WarmThroughput\":{\"ReadUnitsPerSecond\":20000}"
            + "|DeletionProtection modification must be",
        "\"BillingMode\":\"PAY_PER_REQUEST\",\"WarmThroughput\":{\"ReadUnitsPerSecond\":20000}"
            + "|WarmThroughput must be"
      })
  void oneUpdateChangesOneThing(String members, String subject) {
    create(ON_DEMAND);
    assertRefused(
        "UpdateTable", updateOf(members), INVALID + subject + " the only operation in the request");
  }

  @Test
  void anUpdateOfNothingIsRefused() {
    create(ON_DEMAND);
    String message =
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled,"
            + " GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates,"
            + " MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency,"
            + " DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is"
            + " required";
    assertRefused("UpdateTable", "{\"TableName\":\"songs\"}", message);
    assertRefused("UpdateTable", updateOf("\"OnDemandThroughput\":{}"), message);
    assertRefused("UpdateTable", "{\"TableName\":\"no-such-table\"}", message);
  }
}

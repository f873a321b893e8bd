package dev.holdfast.node.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.Warmth;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Warm throughput through the API: what is asked for, refused and described. */
class WarmThroughputTest {
  private static final String ON_DEMAND = "\"BillingMode\":\"PAY_PER_REQUEST\"";
  private static final String PROVISIONED =
      "\"ProvisionedThroughput\":{\"ReadCapacityUnits\":50,\"WriteCapacityUnits\":20}";

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

  private static String warm(long read, long write) {
    return "\"WarmThroughput\":{\"ReadUnitsPerSecond\":"
        + read
        + ",\"WriteUnitsPerSecond\":"
        + write
        + "}";
  }

  private static String tag(String value) {
    return "\"Tags\":[{\"Key\":\"holdfast:partitions\",\"Value\":\"" + value + "\"}]";
  }

  private String described() {
    return api.answer("DescribeTable", "{\"TableName\":\"songs\"}");
  }

  private Warmth stored() {
    return api.store()
        .refreshTable("songs")
        .join()
        .map(TableDescriptor::warmth)
        .orElse(Warmth.NONE);
  }

  private String update(String member) {
    return "{\"TableName\":\"songs\"," + member + "}";
  }

  /** Terraform's provider waits for it, whether it was asked for or not. */
  @Test
  void everyTableIsDescribedWithTheThroughputThatItIsWarmFor() {
    api.answer("CreateTable", table(ON_DEMAND));
    assertThat(described())
        .contains(
            "\"WarmThroughput\":{\"ReadUnitsPerSecond\":12000,\"WriteUnitsPerSecond\":4000,"
                + "\"Status\":\"ACTIVE\"}");
    assertThat(stored()).isEqualTo(Warmth.NONE);
  }

  @Test
  void aProvisionedTableIsWarmForWhatIsProvisioned() {
    api.answer("CreateTable", table(PROVISIONED));
    assertThat(described()).contains("\"ReadUnitsPerSecond\":50,\"WriteUnitsPerSecond\":20");
  }

  /** With 20,000 units of a partition: a read is one, a write four. */
  @ParameterizedTest
  @CsvSource({
    "12000, 4000, 1", // what every table has
    "12001, 4000, 2",
    "20000, 5000, 2",
    "20001, 5000, 4",
    "100000, 15000, 8",
    "1120000, 40000, 64"
  })
  void whatIsAskedBeyondThatMakesPartitions(long read, long write, int segments) {
    api.answer("CreateTable", table(ON_DEMAND, warm(read, write)));
    assertThat(stored()).isEqualTo(new Warmth(read, write, segments));
    assertThat(described())
        .contains("\"ReadUnitsPerSecond\":" + read + ",\"WriteUnitsPerSecond\":" + write);
  }

  @Test
  void whatIsNotGivenIsAsItWouldBeAnyway() {
    api.answer(
        "CreateTable", table(ON_DEMAND, "\"WarmThroughput\":{\"WriteUnitsPerSecond\":10000}"));
    assertThat(stored()).isEqualTo(new Warmth(12_000, 10_000, 4));
  }

  @Test
  void moreThanCanBeMadeAndLessThanThereIsAreRefused() {
    assertThat(api.error("CreateTable", table(ON_DEMAND, warm(1_200_000, 40_000))))
        .contains("ValidationException", "more than 64 partitions");
    assertThat(api.error("CreateTable", table(ON_DEMAND, warm(11_999, 4_000))))
        .contains(
            "Requested ReadUnitsPerSecond for WarmThroughput for table is lower than initial"
                + " throughput for OnDemand");
    assertThat(api.error("CreateTable", table(PROVISIONED, warm(50, 19))))
        .contains(
            "Requested WriteUnitsPerSecond for WarmThroughput for table is lower than"
                + " WriteCapacityUnits of ProvisionedThroughput");
    assertThat(api.error("CreateTable", table(ON_DEMAND, warm(0, -1))))
        .contains(
            "2 validation errors detected: Value '0' at 'warmThroughput.readUnitsPerSecond' failed"
                + " to satisfy constraint: Member must have value greater than or equal to 1");
  }

  @Test
  void theTagNamesTheNumberOfPartitionsItself() {
    api.answer("CreateTable", table(ON_DEMAND, tag("8")));
    assertThat(stored()).isEqualTo(new Warmth(0, 0, 8));
    assertThat(described()).contains("\"ReadUnitsPerSecond\":12000");
  }

  @ParameterizedTest
  @CsvSource({"3", "0", "128", "many", "08"})
  void anotherNumberInTheTagIsRefused(String value) {
    assertThat(api.error("CreateTable", table(ON_DEMAND, tag(value))))
        .contains("The tag holdfast:partitions must be a power of two from 1 to 64");
  }

  @Test
  void theTagIsRefusedWhereItWouldDoNothing() {
    api.answer("CreateTable", table(ON_DEMAND));
    String arn = "arn:aws:dynamodb:eu-central-1:000000000000:table/songs";
    assertThat(api.error("TagResource", "{\"ResourceArn\":\"" + arn + "\"," + tag("8") + "}"))
        .contains("counts when a table is created", "UpdateTable");
  }

  @Test
  void itIsRaisedAndWhatIsNotGivenStays() {
    api.answer("CreateTable", table(ON_DEMAND));
    api.answer("UpdateTable", update("\"WarmThroughput\":{\"ReadUnitsPerSecond\":24000}"));
    assertThat(stored()).isEqualTo(new Warmth(24_000, 4_000, 2));
    assertThat(described()).contains("\"ReadUnitsPerSecond\":24000,\"WriteUnitsPerSecond\":4000");
    api.answer("UpdateTable", update(warm(24_000, 4_000)));
    assertThat(stored().segments()).isEqualTo(2);
  }

  @Test
  void anUpdateOfItIsAnUpdateOfNothingElse() {
    api.answer("CreateTable", table(ON_DEMAND));
    assertThat(
            api.error(
                "UpdateTable",
                update(warm(24_000, 4_000) + ",\"BillingMode\":\"PAY_PER_REQUEST\"")))
        .contains("WarmThroughput must be the only operation in the request");
    assertThat(api.error("UpdateTable", update("\"WarmThroughput\":{}")))
        .contains("WarmThroughput or TableClass is required");
    assertThat(
            api.error("UpdateTable", update(warm(24_000, 4_000)).replace("\"songs\"", "\"ghost\"")))
        .contains("ResourceNotFoundException");
  }
}

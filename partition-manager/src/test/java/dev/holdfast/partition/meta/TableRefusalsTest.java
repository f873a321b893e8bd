package dev.holdfast.partition.meta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.Warmth;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What the meta group says when it refuses to create, change or delete a table, word by word: the
 * API passes it on in the service's own words.
 */
class TableRefusalsTest {
  private static final MetaCommand PROTECT =
      new MetaCommand.UpdateTable("music", null, null, true, null);

  private final MetaScript meta = new MetaScript();

  @Test
  void aTableIdIsNotUsedAgain() {
    create("music", 7);

    assertThat(refusal(new MetaCommand.CreateTable(MetaScript.table("other", 7))))
        .isEqualTo(new Rejection.Invalid("The table id was used before: " + new TableId(7)));
  }

  @Test
  void thereAreNoMoreTablesThanTheServiceAllowsAnAccount() {
    for (int i = 1; i <= TableCommands.TABLE_COUNT_MAX; i++) {
      create("table" + i, i);
    }

    assertThat(refusal(new MetaCommand.CreateTable(MetaScript.table("more", 5_000))))
        .isEqualTo(
            new Rejection.LimitExceeded(
                "Subscriber limit exceeded: There is a limit of 2500 tables per subscriber"));
  }

  @Test
  void aProtectedTableSaysHowItCanBeDeleted() {
    create("music", 7);
    meta.apply(PROTECT);

    assertThat(refusal(new MetaCommand.DeleteTable("music")))
        .isEqualTo(
            new Rejection.Invalid(
                "Resource cannot be deleted as it is currently protected against deletion. "
                    + "Disable deletion protection first."));
  }

  @Test
  void throughputThatIsTheSameIsSpeltOut() {
    create("music", 7);
    Throughput units = new Throughput(5, 6);
    meta.apply(new MetaCommand.UpdateTable("music", BillingMode.PROVISIONED, units, null, null));

    assertThat(refusal(new MetaCommand.UpdateTable("music", null, units, null, null)))
        .isEqualTo(
            new Rejection.Invalid(
                "The provisioned throughput for the table will not change. The requested value "
                    + "equals the current value. Current ReadCapacityUnits provisioned for the "
                    + "table: 5. Requested ReadCapacityUnits: 5. Current WriteCapacityUnits "
                    + "provisioned for the table: 6. Requested WriteCapacityUnits: 6. Refer to "
                    + "the Amazon DynamoDB Developer Guide for current limits and how to request "
                    + "higher limits."));
  }

  @Test
  void throughputIsNotNegative() {
    create("music", 7);

    assertThat(
            refusal(
                new MetaCommand.UpdateTable(
                    "music", BillingMode.PROVISIONED, new Throughput(-1, 1), null, null)))
        .isEqualTo(new Rejection.Invalid("Throughput cannot be negative"));
  }

  @Test
  void aTableGetsNoColder() {
    create("music", 7);

    assertThat(
            refusal(
                new MetaCommand.UpdateTable("music", null, null, null, new Warmth(1, 40_000, 1))))
        .isEqualTo(
            new Rejection.Invalid(
                "One or more parameter values were invalid: Requested ReadUnitsPerSecond for "
                    + "WarmThroughput for table is lower than current WarmThroughput, decreasing "
                    + "WarmThroughput is not supported"));
  }

  @Test
  void aTableHasFiftyTags() {
    create("music", 7);
    TreeMap<String, String> tags = new TreeMap<>();
    for (int i = 0; i <= 50; i++) {
      tags.put("k" + i, "v");
    }

    assertThat(refusal(new MetaCommand.TagTable("music", tags)))
        .isEqualTo(
            new Rejection.Invalid(
                "Number of Tags exceed the current limit for the provided ResourceArn"));
  }

  private void create(String name, long id) {
    meta.apply(new MetaCommand.CreateTable(MetaScript.table(name, id)));
    meta.apply(new MetaCommand.MarkTableReady(new TableId(id), 1, 1));
  }

  private Rejection refusal(MetaCommand command) {
    return ((Result.Rejected) meta.apply(command)).rejection();
  }
}

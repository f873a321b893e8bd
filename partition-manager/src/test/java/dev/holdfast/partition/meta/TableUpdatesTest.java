package dev.holdfast.partition.meta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.ChangeTimes;
import dev.holdfast.protocol.model.OnDemandLimits;
import dev.holdfast.protocol.model.ResourcePolicy;
import dev.holdfast.protocol.model.TableClass;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableOptions;
import dev.holdfast.protocol.model.Warmth;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What updates and policies leave behind; the entries of the script are a second apart. */
class TableUpdatesTest {
  private static final TableId ID = new TableId(7);

  private final MetaScript meta = new MetaScript();

  @BeforeEach
  void create() {
    meta.apply(new MetaCommand.CreateTable(MetaScript.table("music", ID.value()))); // at 1 s
    meta.apply(new MetaCommand.MarkTableReady(ID, 1, 1)); // at 2 s
  }

  private Result update(
      @Nullable BillingMode mode,
      @Nullable Throughput units,
      @Nullable OnDemandLimits limits,
      @Nullable TableClass tableClass) {
    return meta.apply(
        new MetaCommand.UpdateTable(
            "music", mode, units, null, null, limits, tableClass, List.of()));
  }

  private Result policy(@Nullable String document, @Nullable String expected) {
    return meta.apply(new MetaCommand.ChangePolicy("music", document, expected));
  }

  private TableDescriptor table() {
    ReadResult.Table found = (ReadResult.Table) meta.read(new MetaRead.GetTable("music"));
    return Objects.requireNonNull(found.table(), "no table");
  }

  private ResourcePolicy attached() {
    return Objects.requireNonNull(table().options().policy(), "no policy");
  }

  @Test
  void theTimesOfChangesAreThoseOfTheirEntries() {
    assertThat(table().onDemandSinceMillis()).isEqualTo(1_000);

    update(BillingMode.PROVISIONED, new Throughput(5, 5), null, null); // at 3 s
    assertThat(table().options().times()).isEqualTo(new ChangeTimes(1_000, 0, 0, 0, 0));
    update(null, new Throughput(6, 5), null, null);
    assertThat(table().options().times()).isEqualTo(new ChangeTimes(1_000, 4_000, 0, 0, 0));
    update(null, new Throughput(7, 4), null, null);
    assertThat(table().options().times()).isEqualTo(new ChangeTimes(1_000, 5_000, 5_000, 1, 0));
    update(null, new Throughput(1, 1), null, TableClass.STANDARD_INFREQUENT_ACCESS);
    assertThat(table().options().times()).isEqualTo(new ChangeTimes(1_000, 5_000, 6_000, 2, 6_000));
    update(BillingMode.PAY_PER_REQUEST, null, null, null);
    assertThat(table().options().times()).isEqualTo(new ChangeTimes(7_000, 5_000, 6_000, 2, 6_000));
    assertThat(table().onDemandSinceMillis()).isEqualTo(7_000);
  }

  @Test
  void limitsAreMergedAndGoWithTheBillingMode() {
    update(null, null, new OnDemandLimits(10, OnDemandLimits.UNCHANGED), null);
    update(null, null, new OnDemandLimits(OnDemandLimits.UNCHANGED, 20), null);
    assertThat(table().options().limits()).isEqualTo(new OnDemandLimits(10, 20));

    update(BillingMode.PROVISIONED, new Throughput(5, 5), null, null);
    assertThat(table().options().limits()).isEqualTo(OnDemandLimits.NONE);
    assertThat(update(null, null, new OnDemandLimits(10, 10), null))
        .isInstanceOf(Result.Rejected.class);
    update(BillingMode.PAY_PER_REQUEST, null, new OnDemandLimits(3, 4), null);
    assertThat(table().options().limits()).isEqualTo(new OnDemandLimits(3, 4));
  }

  @Test
  void whatNoGatewayLetsThroughIsRefused() {
    assertThat(update(null, null, new OnDemandLimits(-2, 1), null))
        .isInstanceOf(Result.Rejected.class);
    assertThat(policy("x".repeat(ResourcePolicy.CANONICAL_BYTES_MAX + 1), null))
        .isInstanceOf(Result.Rejected.class);
    TableDescriptor unlimited =
        MetaScript.table("other", 8)
            .withOptions(TableOptions.DEFAULT.withLimits(new OnDemandLimits(0, 0)));
    assertThat(meta.apply(new MetaCommand.CreateTable(unlimited)))
        .isInstanceOf(Result.Rejected.class);
  }

  @Test
  void policiesHaveRevisionsThatGrow() {
    policy("{\"a\":1}", MetaCommand.ChangePolicy.NO_POLICY); // at 3 s
    assertThat(attached()).isEqualTo(new ResourcePolicy("{\"a\":1}", 3_000));
    policy("{\"a\":1}", null);
    assertThat(attached().revision()).isEqualTo(3_000);
    policy("{\"a\":2}", "3000");
    assertThat(attached().revision()).isEqualTo(5_000);
    assertThat(policy(null, "3000"))
        .isEqualTo(
            new Result.Rejected(
                new Rejection.PolicyNotFound(
                    "Resource-based policy not found for the provided ResourceArn: Requested update"
                        + " for policy with revision id 3000, but the policy associated to target"
                        + " table music has revision id 5000.")));
    policy(null, null);
    assertThat(attached().isRemoved()).isTrue();
    assertThat(policy("{}", "5000")).isInstanceOf(Result.Rejected.class);
    policy("{\"a\":2}", MetaCommand.ChangePolicy.NO_POLICY);
    assertThat(attached()).isEqualTo(new ResourcePolicy("{\"a\":2}", 9_000));
  }

  @Test
  void aTableThatIsCreatedWithAPolicyHasItSinceThen() {
    TableDescriptor wanted =
        MetaScript.table("other", 8)
            .withOptions(TableOptions.DEFAULT.withPolicy(new ResourcePolicy("{}", 0)));
    Result.Table created = (Result.Table) meta.apply(new MetaCommand.CreateTable(wanted)); // at 3 s
    assertThat(created.table().options().policy()).isEqualTo(new ResourcePolicy("{}", 3_000));
  }

  @Test
  void aTableThatIsBeingSplitOrCreatedIsInUse() {
    meta.apply(new MetaCommand.CreateTable(MetaScript.table("newer", 8)));
    assertThat(meta.apply(new MetaCommand.ChangePolicy("newer", "{}", null)).toString())
        .contains("Table is being created: newer");
    meta.apply(
        new MetaCommand.UpdateTable("music", null, null, null, new Warmth(40_000, 8_000, 4)));
    assertThat(meta.apply(new MetaCommand.DeleteTable("music")))
        .isEqualTo(
            new Result.Rejected(
                new Rejection.TableInUse(
                    "Attempt to change a resource which is still in use: Table: music is in the"
                        + " process of being updated.")));
    assertThat(policy("{}", null)).isInstanceOf(Result.Table.class);
  }

  @Test
  void decreasesAreCountedByTheDay() {
    long day = 86_400_000;
    ChangeTimes twice = ChangeTimes.NEVER.decreasedAt(3 * day).decreasedAt(4 * day - 1);
    assertThat(twice.decreasesOnDayOf(3 * day + 5)).isEqualTo(2);
    assertThat(twice.decreasesOnDayOf(4 * day)).isZero();
    assertThat(twice.decreasedAt(4 * day).decreaseCount()).isEqualTo(1);
  }
}

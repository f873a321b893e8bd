package dev.holdfast.partition.meta;

import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.model.ChangeTimes;
import dev.holdfast.protocol.model.OnDemandLimits;
import dev.holdfast.protocol.model.TableClass;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableOptions;
import dev.holdfast.protocol.model.Warmth;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one UpdateTable makes of an ACTIVE table. Messages are DynamoDB's; source: AWS API reference
 * and the answers of the service.
 */
final class TableUpdates {
  private static final String INVALID = "One or more parameter values were invalid: ";

  private final TableDescriptor table;
  private final MetaCommand.UpdateTable command;
  private final long millis;

  /**
   * @param millis when the update was replicated
   */
  TableUpdates(TableDescriptor table, MetaCommand.UpdateTable command, long millis) {
    this.table = table;
    this.command = command;
    this.millis = millis;
  }

  /** What it makes of global indexes. */
  TableIndexChanges indexes() {
    return new TableIndexChanges(table, command.indexes(), mode());
  }

  /** What is wrong with the update. */
  Optional<Rejection> objection() {
    Throughput asked = command.throughput();
    if (asked != null && (asked.readUnits() < 0 || asked.writeUnits() < 0)) {
      return invalid("Throughput cannot be negative");
    }
    Optional<Rejection> ofBilling = ofBilling(asked);
    if (ofBilling.isPresent()) {
      return ofBilling;
    }
    Optional<Rejection> ofLimits = ofLimits(command.limits());
    if (ofLimits.isPresent()) {
      return ofLimits;
    }
    return TableChecks.ofWarmth(table, warmth()).map(Rejection.Invalid::new);
  }

  private Optional<Rejection> ofBilling(@Nullable Throughput asked) {
    if (mode() == BillingMode.PAY_PER_REQUEST) {
      return asked == null
          ? Optional.empty()
          : invalid(
              INVALID
                  + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when"
                  + " BillingMode is PAY_PER_REQUEST");
    }
    if (asked == null) {
      return table.billingMode() == BillingMode.PROVISIONED
          ? Optional.empty()
          : invalid(
              INVALID + "ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
    }
    Optional<String> unprovisioned = indexes().unprovisioned();
    if (table.billingMode() != BillingMode.PROVISIONED && unprovisioned.isPresent()) {
      return invalid(
          INVALID + "ProvisionedThroughput must be specified for index: " + unprovisioned.get());
    }
    if (table.billingMode() == BillingMode.PROVISIONED && asked.equals(table.throughput())) {
      return invalid(
          "The provisioned throughput for the table will not change. The requested value equals"
              + " the current value. Current ReadCapacityUnits provisioned for the table: "
              + table.throughput().readUnits()
              + ". Requested ReadCapacityUnits: "
              + asked.readUnits()
              + ". Current WriteCapacityUnits provisioned for the table: "
              + table.throughput().writeUnits()
              + ". Requested WriteCapacityUnits: "
              + asked.writeUnits()
              + ". Refer to the Amazon DynamoDB Developer Guide for current limits and how to"
              + " request higher limits.");
    }
    return Optional.empty();
  }

  private Optional<Rejection> ofLimits(@Nullable OnDemandLimits asked) {
    if (asked == null) {
      return Optional.empty();
    }
    if (!table.options().limits().changedBy(asked).isLegal()) {
      return invalid("A table cannot have " + asked);
    }
    if (mode() == BillingMode.PROVISIONED) {
      String member =
          asked.readUnits() == OnDemandLimits.UNCHANGED
              ? "MaxWriteRequestUnits"
              : "MaxReadRequestUnits";
      return invalid(
          INVALID
              + member
              + " for OnDemandThroughput cannot be specified when the table BillingMode is"
              + " PROVISIONED");
    }
    return Optional.empty();
  }

  private static Optional<Rejection> invalid(String message) {
    return Optional.of(new Rejection.Invalid(message));
  }

  /** The table as it is to be, in the status that it has. */
  TableDescriptor updated() {
    boolean isOnDemand = mode() == BillingMode.PAY_PER_REQUEST;
    Throughput asked = command.throughput();
    Throughput kept = asked == null ? table.throughput() : asked;
    Boolean protect = command.deletionProtection();
    TableDescriptor updated =
        table
            .withSettings(
                mode(),
                isOnDemand ? Throughput.NONE : kept,
                protect == null ? table.deletionProtection() : protect,
                warmth())
            .withOptions(options(isOnDemand));
    return indexes().applied(updated);
  }

  private TableOptions options(boolean isOnDemand) {
    TableOptions old = table.options();
    OnDemandLimits asked = command.limits();
    OnDemandLimits limits = asked == null ? old.limits() : old.limits().changedBy(asked);
    TableClass tableClass = command.tableClass() == null ? old.tableClass() : command.tableClass();
    return new TableOptions(
        isOnDemand ? limits : OnDemandLimits.NONE, tableClass, old.policy(), times(tableClass));
  }

  private ChangeTimes times(TableClass tableClass) {
    ChangeTimes times = table.options().times();
    Throughput asked = command.throughput();
    if (asked != null && table.billingMode() == BillingMode.PROVISIONED) {
      times = changed(times, table.throughput(), asked);
    }
    if (mode() != table.billingMode()) {
      times =
          times.onDemandAt(
              mode() == BillingMode.PAY_PER_REQUEST ? millis : table.onDemandSinceMillis());
    }
    return tableClass == table.options().tableClass() ? times : times.classChangedAt(millis);
  }

  /** One update may raise one unit and lower the other; it counts as one decrease. */
  private ChangeTimes changed(ChangeTimes times, Throughput old, Throughput now) {
    boolean isRaised = now.readUnits() > old.readUnits() || now.writeUnits() > old.writeUnits();
    boolean isLowered = now.readUnits() < old.readUnits() || now.writeUnits() < old.writeUnits();
    ChangeTimes raised = isRaised ? times.increasedAt(millis) : times;
    return isLowered ? raised.decreasedAt(millis) : raised;
  }

  private BillingMode mode() {
    return command.billingMode() == null ? table.billingMode() : command.billingMode();
  }

  private Warmth warmth() {
    return command.warmth() == null ? table.warmth() : command.warmth();
  }
}

package dev.holdfast.protocol.model;

import org.jspecify.annotations.Nullable;

/**
 * What is kept of a table for its description alone: nothing that is stored or served depends on
 * it.
 *
 * @param policy null when none was ever attached
 */
public record TableOptions(
    OnDemandLimits limits,
    TableClass tableClass,
    @Nullable ResourcePolicy policy,
    ChangeTimes times) {
  /** Of a table of which nothing of it was asked. */
  public static final TableOptions DEFAULT =
      new TableOptions(OnDemandLimits.NONE, TableClass.STANDARD, null, ChangeTimes.NEVER);

  public TableOptions withLimits(OnDemandLimits newLimits) {
    return new TableOptions(newLimits, tableClass, policy, times);
  }

  public TableOptions withTableClass(TableClass newClass) {
    return new TableOptions(limits, newClass, policy, times);
  }

  public TableOptions withPolicy(@Nullable ResourcePolicy newPolicy) {
    return new TableOptions(limits, tableClass, newPolicy, times);
  }

  public TableOptions withTimes(ChangeTimes newTimes) {
    return new TableOptions(limits, tableClass, policy, newTimes);
  }

  /** As a table that is created at this time begins with them. */
  TableOptions createdAt(long millis) {
    ResourcePolicy first = policy == null ? null : new ResourcePolicy(policy.document(), millis);
    return new TableOptions(limits, tableClass, first, ChangeTimes.NEVER);
  }
}

package dev.holdfast.jepsen.checker;

import dev.holdfast.jepsen.history.BankOperation;
import dev.holdfast.jepsen.history.BankOperation.Function;
import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.List;
import java.util.SortedMap;

/** Decides whether money was made or lost: every read shows all accounts, and the same total. */
public final class BankTotal {
  private BankTotal() {}

  /**
   * A history without a successful read and a successful transfer is INVALID.
   *
   * @param atFirst the balances before the history
   */
  public static Verdict check(List<BankOperation> history, SortedMap<String, Long> atFirst) {
    for (Function function : Function.values()) {
      boolean succeeded =
          history.stream()
              .anyMatch(each -> each.function() == function && each.outcome() == Outcome.OK);
      if (!succeeded) {
        return Verdict.untested("no " + function + " succeeded: nothing was tested");
      }
    }
    for (BankOperation read : history) {
      if (read.function() == Function.READ && read.outcome() == Outcome.OK) {
        SortedMap<String, Long> balances = read.amounts();
        boolean negative = balances.values().stream().anyMatch(balance -> balance < 0);
        if (!balances.keySet().equals(atFirst.keySet()) || negative) {
          return Verdict.invalid("not what accounts may be: " + read);
        }
        if (sum(balances) != sum(atFirst)) {
          return Verdict.invalid(
              "%d instead of %d: %s".formatted(sum(balances), sum(atFirst), read));
        }
      }
    }
    return Verdict.valid();
  }

  private static long sum(SortedMap<String, Long> balances) {
    return balances.values().stream().mapToLong(Long::longValue).sum();
  }
}

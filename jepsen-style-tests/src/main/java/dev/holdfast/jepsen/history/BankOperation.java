package dev.holdfast.jepsen.history;

import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A transfer between accounts, or a read of all of them at one moment.
 *
 * @param amounts of a transfer the change by account, which sum to zero; of a read the balances,
 *     none if it failed
 */
public record BankOperation(
    int process,
    Function function,
    SortedMap<String, Long> amounts,
    Outcome outcome,
    long callNanos,
    long returnNanos)
    implements Timed {
  /** What is done to the accounts. */
  public enum Function {
    READ,
    TRANSFER
  }

  public BankOperation {
    if (returnNanos < callNanos) {
      throw new IllegalArgumentException("returned before it was called");
    }
    amounts = Collections.unmodifiableSortedMap(new TreeMap<>(amounts));
    long sum = amounts.values().stream().mapToLong(Long::longValue).sum();
    if (function == Function.TRANSFER && sum != 0) {
      throw new IllegalArgumentException("a transfer that makes money: " + amounts);
    }
  }
}

package dev.holdfast.jepsen.history;

import dev.holdfast.jepsen.history.BankOperation.Function;
import java.util.SortedMap;
import java.util.TreeMap;

/** Jepsen's notation of a bank: balances by account; a transfer is the map of its changes. */
public final class BankNotation implements Notation<BankOperation> {
  @Override
  public String function(BankOperation operation) {
    return switch (operation.function()) {
      case READ -> "read";
      case TRANSFER -> "transfer";
    };
  }

  @Override
  public Form called(BankOperation operation) {
    return operation.function() == Function.READ ? Form.NOTHING : ended(operation);
  }

  @Override
  public Form ended(BankOperation operation) {
    SortedMap<String, Form> amounts = new TreeMap<>();
    operation.amounts().forEach((account, amount) -> amounts.put(account, Form.of(amount)));
    return new Form.Mapping(amounts);
  }

  @Override
  public BankOperation read(Span span) {
    SortedMap<String, Long> amounts = new TreeMap<>();
    Forms.entries(span.ended())
        .forEach((account, amount) -> amounts.put(account, Forms.number(amount)));
    Function function =
        switch (span.function()) {
          case "read" -> Function.READ;
          case "transfer" -> Function.TRANSFER;
          default -> throw new BrokenHistoryException("not of a bank: " + span.function());
        };
    return new BankOperation(
        span.process(), function, amounts, span.outcome(), span.callNanos(), span.returnNanos());
  }
}

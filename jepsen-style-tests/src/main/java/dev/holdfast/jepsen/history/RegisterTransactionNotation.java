package dev.holdfast.jepsen.history;

import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.RegisterTransaction.Body;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Elle's notation of rw-register: {@code [[:r key value] [:w key value]]}, reads first. What was
 * read is known of what succeeded; of an unknown outcome it is what was expected.
 */
public final class RegisterTransactionNotation implements Notation<RegisterTransaction> {
  private static final String TRANSACTION = "txn";
  private static final Form READ = new Form.Word("r");
  private static final Form WRITE = new Form.Word("w");

  @Override
  public String function(RegisterTransaction transaction) {
    return TRANSACTION;
  }

  @Override
  public Form called(RegisterTransaction transaction) {
    return steps(transaction, false);
  }

  @Override
  public Form ended(RegisterTransaction transaction) {
    return steps(transaction, transaction.outcome() != Outcome.FAILED);
  }

  private static Form steps(RegisterTransaction transaction, boolean ended) {
    List<Form> steps = new ArrayList<>();
    transaction
        .reads()
        .forEach(
            (key, value) -> {
              Form seen = ended ? Forms.orNothing(value) : Form.NOTHING;
              steps.add(Form.sequence(READ, Form.of(key), seen));
            });
    transaction
        .writes()
        .forEach((key, value) -> steps.add(Form.sequence(WRITE, Form.of(key), Form.of(value))));
    return new Form.Sequence(steps);
  }

  @Override
  public RegisterTransaction read(Span span) {
    if (!span.function().equals(TRANSACTION)) {
      throw new BrokenHistoryException("not on registers: " + span.function());
    }
    Map<String, @Nullable Long> reads = new TreeMap<>();
    Map<String, Long> writes = new TreeMap<>();
    for (Form step : Forms.items(span.ended())) {
      List<Form> parts = Forms.items(step, 3);
      String key = Forms.text(parts.get(1));
      switch (Forms.text(parts.get(0))) {
        case "r" -> reads.put(key, Forms.numberOrNull(parts.get(2)));
        case "w" -> writes.put(key, Forms.number(parts.get(2)));
        default -> throw Forms.unexpected("a read or a write", step);
      }
    }
    return RegisterTransaction.of(
        span.process(),
        new Body(reads, writes),
        span.outcome(),
        span.callNanos(),
        span.returnNanos());
  }
}

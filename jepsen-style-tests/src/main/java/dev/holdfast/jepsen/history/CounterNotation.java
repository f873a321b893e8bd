package dev.holdfast.jepsen.history;

import dev.holdfast.jepsen.history.CounterOperation.Function;
import java.util.List;

/** {@code [counter amount]} of an {@code add} or a {@code read}. */
public final class CounterNotation implements Notation<CounterOperation> {
  @Override
  public String function(CounterOperation operation) {
    return switch (operation.function()) {
      case READ -> "read";
      case ADD -> "add";
    };
  }

  @Override
  public Form called(CounterOperation operation) {
    Form amount =
        operation.function() == Function.READ ? Form.NOTHING : Form.of(operation.amount());
    return Form.sequence(Form.of(operation.counter()), amount);
  }

  @Override
  public Form ended(CounterOperation operation) {
    return Form.sequence(Form.of(operation.counter()), Form.of(operation.amount()));
  }

  @Override
  public CounterOperation read(Span span) {
    List<Form> parts = Forms.items(span.ended(), 2);
    Function function =
        switch (span.function()) {
          case "read" -> Function.READ;
          case "add" -> Function.ADD;
          default -> throw new BrokenHistoryException("not of a counter: " + span.function());
        };
    return new CounterOperation(
        span.process(),
        Forms.text(parts.get(0)),
        function,
        Forms.number(parts.get(1)),
        span.outcome(),
        span.callNanos(),
        span.returnNanos());
  }
}

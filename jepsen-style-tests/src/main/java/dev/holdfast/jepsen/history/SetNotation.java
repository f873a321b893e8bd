package dev.holdfast.jepsen.history;

import dev.holdfast.jepsen.history.SetOperation.Function;
import java.util.List;

/** {@code [collection element]} of an {@code add}, {@code [collection elements]} of the others. */
public final class SetNotation implements Notation<SetOperation> {
  @Override
  public String function(SetOperation operation) {
    return switch (operation.function()) {
      case ADD -> "add";
      case SCAN -> "scan";
      case QUERY -> "query";
    };
  }

  @Override
  public Form called(SetOperation operation) {
    return operation.function() == Function.ADD
        ? ended(operation)
        : Form.sequence(Form.of(operation.collection()), Form.NOTHING);
  }

  @Override
  public Form ended(SetOperation operation) {
    Form elements =
        operation.function() == Function.ADD
            ? Form.of(operation.elements().get(0))
            : Form.numbers(operation.elements());
    return Form.sequence(Form.of(operation.collection()), elements);
  }

  @Override
  public SetOperation read(Span span) {
    List<Form> parts = Forms.items(span.ended(), 2);
    Function function =
        switch (span.function()) {
          case "add" -> Function.ADD;
          case "scan" -> Function.SCAN;
          case "query" -> Function.QUERY;
          default -> throw new BrokenHistoryException("not of a set: " + span.function());
        };
    List<Long> elements =
        function == Function.ADD
            ? List.of(Forms.number(parts.get(1)))
            : Forms.numbers(parts.get(1));
    return new SetOperation(
        span.process(),
        function,
        Forms.text(parts.get(0)),
        elements,
        span.outcome(),
        span.callNanos(),
        span.returnNanos());
  }
}

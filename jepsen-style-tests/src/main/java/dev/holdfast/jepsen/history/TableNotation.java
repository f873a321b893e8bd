package dev.holdfast.jepsen.history;

import dev.holdfast.jepsen.history.TableOperation.Function;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** {@code [key items]}: what is asked for, and the keys of what was put or found. */
public final class TableNotation implements Notation<TableOperation> {
  @Override
  public String function(TableOperation operation) {
    return operation.function().name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Form called(TableOperation operation) {
    return operation.function() == Function.PUT
        ? ended(operation)
        : Form.sequence(Form.of(operation.key()), Form.NOTHING);
  }

  @Override
  public Form ended(TableOperation operation) {
    return Form.sequence(Form.of(operation.key()), Form.numbers(operation.items()));
  }

  @Override
  public TableOperation read(Span span) {
    List<Form> parts = Forms.items(span.ended(), 2);
    Function function =
        Arrays.stream(Function.values())
            .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(span.function()))
            .findFirst()
            .orElseThrow(() -> new BrokenHistoryException("not of a table: " + span.function()));
    return new TableOperation(
        span.process(),
        function,
        Forms.number(parts.get(0)),
        Forms.numbers(parts.get(1)),
        span.outcome(),
        span.callNanos(),
        span.returnNanos());
  }
}

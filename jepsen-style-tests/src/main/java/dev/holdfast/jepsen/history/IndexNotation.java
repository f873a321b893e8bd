package dev.holdfast.jepsen.history;

import dev.holdfast.jepsen.history.IndexOperation.Function;
import dev.holdfast.jepsen.history.IndexOperation.Row;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** {@code [of [[key value group]…] count]}, rows and count as far as there are any. */
public final class IndexNotation implements Notation<IndexOperation> {
  @Override
  public String function(IndexOperation operation) {
    return name(operation.function());
  }

  private static String name(Function function) {
    return function.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public Form called(IndexOperation operation) {
    return operation.function() == Function.PUT
        ? ended(operation)
        : Form.sequence(Form.of(operation.of()), Form.NOTHING, Form.NOTHING);
  }

  @Override
  public Form ended(IndexOperation operation) {
    List<Form> rows = operation.rows().stream().map(IndexNotation::row).toList();
    return Form.sequence(
        Form.of(operation.of()), new Form.Sequence(rows), Form.of(operation.count()));
  }

  private static Form row(Row row) {
    return Form.sequence(Form.of(row.key()), Form.of(row.value()), Forms.orNothing(row.group()));
  }

  @Override
  public IndexOperation read(Span span) {
    List<Form> parts = Forms.items(span.ended(), 3);
    Function function =
        Arrays.stream(Function.values())
            .filter(each -> name(each).equals(span.function()))
            .findFirst()
            .orElseThrow(() -> new BrokenHistoryException("not of an index: " + span.function()));
    return new IndexOperation(
        span.process(),
        function,
        Forms.text(parts.get(0)),
        Forms.items(parts.get(1)).stream().map(IndexNotation::row).toList(),
        Forms.number(parts.get(2)),
        span.outcome(),
        span.callNanos(),
        span.returnNanos());
  }

  private static Row row(Form form) {
    List<Form> parts = Forms.items(form, 3);
    return new Row(
        Forms.text(parts.get(0)), Forms.number(parts.get(1)), Forms.textOrNull(parts.get(2)));
  }
}

package dev.holdfast.jepsen.history;

import dev.holdfast.jepsen.history.ListOperation.Body;
import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Elle's notation of list-append: {@code [[:r key numbers] [:append key number]]}, reads first.
 * What was read is known of what succeeded; of an unknown outcome it is what was expected.
 */
public final class ListNotation implements Notation<ListOperation> {
  private static final String TRANSACTION = "txn";
  private static final Form READ = new Form.Word("r");
  private static final Form APPEND = new Form.Word("append");

  @Override
  public String function(ListOperation operation) {
    return TRANSACTION;
  }

  @Override
  public Form called(ListOperation operation) {
    return steps(operation, false);
  }

  @Override
  public Form ended(ListOperation operation) {
    return steps(operation, operation.outcome() != Outcome.FAILED);
  }

  private static Form steps(ListOperation operation, boolean ended) {
    List<Form> steps = new ArrayList<>();
    operation
        .reads()
        .forEach(
            (list, numbers) -> {
              Form seen = ended ? Form.numbers(numbers) : Form.NOTHING;
              steps.add(Form.sequence(READ, Form.of(list), seen));
            });
    operation
        .appends()
        .forEach(
            (list, number) -> steps.add(Form.sequence(APPEND, Form.of(list), Form.of(number))));
    return new Form.Sequence(steps);
  }

  @Override
  public ListOperation read(Span span) {
    if (!span.function().equals(TRANSACTION)) {
      throw new BrokenHistoryException("not on lists: " + span.function());
    }
    Map<String, List<Long>> reads = new TreeMap<>();
    Map<String, Long> appends = new TreeMap<>();
    for (Form step : Forms.items(span.ended())) {
      List<Form> parts = Forms.items(step, 3);
      String list = Forms.text(parts.get(1));
      switch (Forms.text(parts.get(0))) {
        case "r" -> reads.put(list, seen(parts.get(2)));
        case "append" -> appends.put(list, Forms.number(parts.get(2)));
        default -> throw Forms.unexpected("a read or an append", step);
      }
    }
    return ListOperation.of(
        span.process(),
        new Body(reads, appends),
        span.outcome(),
        span.callNanos(),
        span.returnNanos());
  }

  private static List<Long> seen(Form numbers) {
    return numbers instanceof Form.Nothing ? List.of() : Forms.numbers(numbers);
  }
}

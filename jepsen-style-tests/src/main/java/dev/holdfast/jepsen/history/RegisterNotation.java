package dev.holdfast.jepsen.history;

import dev.holdfast.jepsen.history.Operation.Argument;
import dev.holdfast.jepsen.history.Operation.Function;
import java.util.List;

/**
 * Jepsen's notation of independent registers: {@code [key value]} of a read or write, {@code [key
 * [expected written]]} of a compare-and-set.
 */
public final class RegisterNotation implements Notation<Operation> {
  @Override
  public String function(Operation operation) {
    return switch (operation.function()) {
      case READ -> "read";
      case WRITE -> "write";
      case COMPARE_AND_SET -> "cas";
    };
  }

  @Override
  public Form called(Operation operation) {
    return Form.sequence(Form.of(operation.key()), argument(operation));
  }

  private static Form argument(Operation operation) {
    Argument argument = operation.argument();
    if (argument == null) {
      return Form.NOTHING;
    }
    Form written = Form.of(argument.written());
    return operation.function() == Function.WRITE
        ? written
        : Form.sequence(Forms.orNothing(argument.expected()), written);
  }

  @Override
  public Form ended(Operation operation) {
    return operation.argument() == null
        ? Form.sequence(Form.of(operation.key()), Forms.orNothing(operation.value()))
        : called(operation);
  }

  @Override
  public Operation read(Span span) {
    List<Form> called = Forms.items(span.called(), 2);
    String key = Forms.text(called.get(0));
    return switch (span.function()) {
      case "read" ->
          Operation.read(
              span.process(),
              key,
              span.outcome(),
              Forms.numberOrNull(Forms.items(span.ended(), 2).get(1)),
              span.callNanos(),
              span.returnNanos());
      case "write" ->
          Operation.write(
              span.process(),
              key,
              span.outcome(),
              Forms.number(called.get(1)),
              span.callNanos(),
              span.returnNanos());
      case "cas" -> {
        List<Form> pair = Forms.items(called.get(1), 2);
        Argument argument =
            new Argument(Forms.numberOrNull(pair.get(0)), Forms.number(pair.get(1)));
        yield Operation.compareAndSet(
            span.process(), key, span.outcome(), argument, span.callNanos(), span.returnNanos());
      }
      default -> throw new BrokenHistoryException("not of a register: " + span.function());
    };
  }
}

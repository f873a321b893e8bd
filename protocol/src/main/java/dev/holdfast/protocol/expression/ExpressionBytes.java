package dev.holdfast.protocol.expression;

import dev.holdfast.protocol.expression.Update.SetValue;
import org.jspecify.annotations.Nullable;

/**
 * About how many bytes a client put into an expression: its values, and the names in its paths. Its
 * operators are few, or as many as its paths.
 */
public final class ExpressionBytes {
  private static final int STEP_BYTES = 4;
  private static final OfOperand OPERAND = new OfOperand();
  private static final OfCondition CONDITION = new OfCondition();
  private static final OfAction ACTION = new OfAction();

  private ExpressionBytes() {}

  public static long of(@Nullable Condition condition) {
    return condition == null ? 0 : condition.dispatch(CONDITION);
  }

  public static long of(Update update) {
    long bytes = 0;
    for (Update.Action action : update.actions()) {
      bytes += of(action.path()) + action.dispatch(ACTION);
    }
    return bytes;
  }

  private static long of(Operand operand) {
    return operand.dispatch(OPERAND);
  }

  private static long of(Path path) {
    long bytes = 0;
    for (Path.Step step : path.steps()) {
      bytes += STEP_BYTES + (step instanceof Path.Step.Attribute name ? name.name().length() : 0);
    }
    return bytes;
  }

  private static long of(SetValue value) {
    if (value instanceof SetValue.Literal literal) {
      return literal.value().bytes().size();
    } else if (value instanceof SetValue.Plus plus) {
      return of(plus.left()) + of(plus.right());
    } else if (value instanceof SetValue.Minus minus) {
      return of(minus.left()) + of(minus.right());
    } else if (value instanceof SetValue.Attribute attribute) {
      return of(attribute.path());
    } else if (value instanceof SetValue.IfNotExists absent) {
      return of(absent.path()) + of(absent.otherwise());
    } else if (value instanceof SetValue.ListAppend append) {
      return of(append.first()) + of(append.second());
    }
    return 0;
  }

  private static final class OfAction implements Update.Handler<Long> {
    @Override
    public Long set(Update.Action.Set action) {
      return of(action.value());
    }

    @Override
    public Long remove(Update.Action.Remove action) {
      return 0L;
    }

    @Override
    public Long add(Update.Action.Add action) {
      return (long) action.value().bytes().size();
    }

    @Override
    public Long delete(Update.Action.Delete action) {
      return (long) action.value().bytes().size();
    }
  }

  private static final class OfOperand implements Operand.Handler<Long> {
    @Override
    public Long attribute(Operand.Attribute operand) {
      return of(operand.path());
    }

    @Override
    public Long literal(Operand.Literal operand) {
      return (long) operand.value().bytes().size();
    }

    @Override
    public Long sizeOf(Operand.SizeOf operand) {
      return of(operand.path());
    }
  }

  private static final class OfCondition implements Condition.Handler<Long> {
    @Override
    public Long compare(Condition.Compare condition) {
      return of(condition.left()) + of(condition.right());
    }

    @Override
    public Long between(Condition.Between condition) {
      return of(condition.value()) + of(condition.low()) + of(condition.high());
    }

    @Override
    public Long in(Condition.In condition) {
      long bytes = of(condition.value());
      for (Operand candidate : condition.candidates()) {
        bytes += of(candidate);
      }
      return bytes;
    }

    @Override
    public Long and(Condition.And condition) {
      return of(condition.left()) + of(condition.right());
    }

    @Override
    public Long or(Condition.Or condition) {
      return of(condition.left()) + of(condition.right());
    }

    @Override
    public Long not(Condition.Not condition) {
      return of(condition.negated());
    }

    @Override
    public Long exists(Condition.Exists condition) {
      return of(condition.path());
    }

    @Override
    public Long notExists(Condition.NotExists condition) {
      return of(condition.path());
    }

    @Override
    public Long hasType(Condition.HasType condition) {
      return of(condition.path()) + of(condition.type());
    }

    @Override
    public Long beginsWith(Condition.BeginsWith condition) {
      return of(condition.value()) + of(condition.prefix());
    }

    @Override
    public Long contains(Condition.Contains condition) {
      return of(condition.container()) + of(condition.operand());
    }
  }
}

package dev.holdfast.protocol.expression;

import dev.holdfast.protocol.model.EncodedValue;
import java.util.List;

/**
 * A parsed UpdateExpression. Paths of distinct actions do not overlap; the edge has checked it.
 *
 * <p>Every right-hand side sees the item as it was before the update. Source: AWS Developer Guide,
 * "Using update expressions".
 *
 * @param actions in the order of the request; may be empty (an update that only touches the key)
 */
public record Update(List<Action> actions) {
  public static final Update NONE = new Update(List.of());

  public Update {
    actions = List.copyOf(actions);
  }

  /** One change of one path. */
  public sealed interface Action {
    Path path();

    <R> R dispatch(Handler<R> handler);

    /** {@code SET path = value}. */
    record Set(Path path, SetValue value) implements Action {
      @Override
      public <R> R dispatch(Handler<R> handler) {
        return handler.set(this);
      }
    }

    /** {@code REMOVE path}. */
    record Remove(Path path) implements Action {
      @Override
      public <R> R dispatch(Handler<R> handler) {
        return handler.remove(this);
      }
    }

    /** {@code ADD path :value}: a number is added, a set united. */
    record Add(Path path, EncodedValue value) implements Action {
      @Override
      public <R> R dispatch(Handler<R> handler) {
        return handler.add(this);
      }
    }

    /** {@code DELETE path :value}: set difference; an emptied set disappears. */
    record Delete(Path path, EncodedValue value) implements Action {
      @Override
      public <R> R dispatch(Handler<R> handler) {
        return handler.delete(this);
      }
    }
  }

  /** One method per kind of action. */
  public interface Handler<R> {
    R set(Action.Set action);

    R remove(Action.Remove action);

    R add(Action.Add action);

    R delete(Action.Delete action);
  }

  /** The right-hand side of a {@code SET}. */
  public sealed interface SetValue {
    /** The value at a path; a rejection when it is absent. */
    record Attribute(Path path) implements SetValue {}

    /** A substituted {@code :value}. */
    record Literal(EncodedValue value) implements SetValue {}

    /** {@code left + right}, numbers only. */
    record Plus(SetValue left, SetValue right) implements SetValue {}

    /** {@code left - right}, numbers only. */
    record Minus(SetValue left, SetValue right) implements SetValue {}

    /** {@code if_not_exists(path, otherwise)}. */
    record IfNotExists(Path path, SetValue otherwise) implements SetValue {}

    /** {@code list_append(first, second)}. */
    record ListAppend(SetValue first, SetValue second) implements SetValue {}
  }
}

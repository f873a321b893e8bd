package dev.holdfast.protocol.expression;

import java.util.List;

/**
 * A parsed ConditionExpression or FilterExpression.
 *
 * <p>Source: AWS Developer Guide, "Condition and filter expressions, operators, and functions".
 */
public sealed interface Condition {
  <R> R dispatch(Handler<R> handler);

  /** {@code left op right}; false when either is absent, or the types differ (but NE is true). */
  record Compare(Comparator comparator, Operand left, Operand right) implements Condition {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.compare(this);
    }
  }

  /** {@code value BETWEEN low AND high}, both bounds inclusive. */
  record Between(Operand value, Operand low, Operand high) implements Condition {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.between(this);
    }
  }

  /** {@code value IN (a, b, …)}. */
  record In(Operand value, List<Operand> candidates) implements Condition {
    public In {
      candidates = List.copyOf(candidates);
    }

    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.in(this);
    }
  }

  /** True when both are. */
  record And(Condition left, Condition right) implements Condition {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.and(this);
    }
  }

  /** True when either is. */
  record Or(Condition left, Condition right) implements Condition {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.or(this);
    }
  }

  /** True when the other is not. */
  record Not(Condition negated) implements Condition {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.not(this);
    }
  }

  /** {@code attribute_exists(path)}. */
  record Exists(Path path) implements Condition {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.exists(this);
    }
  }

  /** {@code attribute_not_exists(path)}. */
  record NotExists(Path path) implements Condition {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.notExists(this);
    }
  }

  /** {@code attribute_type(path, :type)}, the type's name being a string literal. */
  record HasType(Path path, Operand type) implements Condition {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.hasType(this);
    }
  }

  /** {@code begins_with(value, prefix)}, for strings and binaries. */
  record BeginsWith(Operand value, Operand prefix) implements Condition {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.beginsWith(this);
    }
  }

  /** {@code contains(container, operand)}: substring, member of a set, element of a list. */
  record Contains(Operand container, Operand operand) implements Condition {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.contains(this);
    }
  }

  /** One method per kind of condition. */
  interface Handler<R> {
    R compare(Compare condition);

    R between(Between condition);

    R in(In condition);

    R and(And condition);

    R or(Or condition);

    R not(Not condition);

    R exists(Exists condition);

    R notExists(NotExists condition);

    R hasType(HasType condition);

    R beginsWith(BeginsWith condition);

    R contains(Contains condition);
  }
}

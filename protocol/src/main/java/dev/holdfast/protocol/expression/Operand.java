package dev.holdfast.protocol.expression;

import dev.holdfast.protocol.model.EncodedValue;

/** What a condition compares: an attribute, a literal, or the size of an attribute. */
public sealed interface Operand permits Operand.Attribute, Operand.Literal, Operand.SizeOf {
  <R> R dispatch(Handler<R> handler);

  /** The value at a path; absent when the item has none. */
  record Attribute(Path path) implements Operand {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.attribute(this);
    }
  }

  /** A substituted {@code :value}. */
  record Literal(EncodedValue value) implements Operand {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.literal(this);
    }
  }

  /** {@code size(path)}: a number; absent when the attribute is absent or has no size. */
  record SizeOf(Path path) implements Operand {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.sizeOf(this);
    }
  }

  /** One method per kind of operand. */
  interface Handler<R> {
    R attribute(Attribute operand);

    R literal(Literal operand);

    R sizeOf(SizeOf operand);
  }
}

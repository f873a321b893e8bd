package dev.holdfast.client;

/**
 * What must hold of an item: for a write to happen, or for a read to return it. Made by {@link
 * Expressions#attribute}, or from text by {@link Expressions#condition(String)}, and combined here.
 *
 * <pre>{@code
 * Condition inStock = attribute("stock").gt(0).and(attribute("withdrawn").notExists());
 * }</pre>
 */
public final class Condition {
  private final dev.holdfast.protocol.expression.Condition tree;

  Condition(dev.holdfast.protocol.expression.Condition tree) {
    this.tree = tree;
  }

  /** True when both are. */
  public Condition and(Condition other) {
    return new Condition(new dev.holdfast.protocol.expression.Condition.And(tree, other.tree));
  }

  /** True when either is. */
  public Condition or(Condition other) {
    return new Condition(new dev.holdfast.protocol.expression.Condition.Or(tree, other.tree));
  }

  /** True when this is not. */
  public Condition not() {
    return new Condition(new dev.holdfast.protocol.expression.Condition.Not(tree));
  }

  dev.holdfast.protocol.expression.Condition tree() {
    return tree;
  }

  @Override
  public String toString() {
    return tree.toString();
  }
}

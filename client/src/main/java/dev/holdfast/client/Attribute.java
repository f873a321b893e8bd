package dev.holdfast.client;

import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition.BeginsWith;
import dev.holdfast.protocol.expression.Condition.Between;
import dev.holdfast.protocol.expression.Condition.Compare;
import dev.holdfast.protocol.expression.Condition.Contains;
import dev.holdfast.protocol.expression.Condition.Exists;
import dev.holdfast.protocol.expression.Condition.HasType;
import dev.holdfast.protocol.expression.Condition.In;
import dev.holdfast.protocol.expression.Condition.NotExists;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.model.AttributeType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An attribute, or the size of one, to be compared in a {@link Condition}. Values are Java objects
 * as in {@link Document}, or another {@code Attribute}. A comparison with an absent attribute is
 * false, but {@link #ne} is true.
 *
 * <pre>{@code
 * attribute("address.city").eq("Bergen")
 * attribute("lines").size().ge(3)
 * attribute("paid").lt(attribute("total"))
 * }</pre>
 */
public final class Attribute {
  private final Path path;
  private final Operand operand;

  private Attribute(Path path, Operand operand) {
    this.path = path;
    this.operand = operand;
  }

  static Attribute at(Path path) {
    return new Attribute(path, new Operand.Attribute(path));
  }

  /** The length of a string or binary, the count of a set, list or map. */
  public Attribute size() {
    return new Attribute(path, new Operand.SizeOf(path));
  }

  public Condition eq(@Nullable Object value) {
    return compare(Comparator.EQ, value);
  }

  public Condition ne(@Nullable Object value) {
    return compare(Comparator.NE, value);
  }

  public Condition lt(Object value) {
    return compare(Comparator.LT, value);
  }

  public Condition le(Object value) {
    return compare(Comparator.LE, value);
  }

  public Condition gt(Object value) {
    return compare(Comparator.GT, value);
  }

  public Condition ge(Object value) {
    return compare(Comparator.GE, value);
  }

  /** Both bounds are inclusive. */
  public Condition between(Object low, Object high) {
    return new Condition(new Between(operand, operand(low), operand(high)));
  }

  /** Equal to one of these. */
  public Condition in(Object... candidates) {
    return new Condition(
        new In(operand, Arrays.stream(candidates).map(Attribute::operand).toList()));
  }

  public Condition exists() {
    return new Condition(new Exists(path));
  }

  public Condition notExists() {
    return new Condition(new NotExists(path));
  }

  public Condition hasType(AttributeType type) {
    return new Condition(new HasType(path, operand(type.name())));
  }

  /** For strings and binaries. */
  public Condition beginsWith(Object prefix) {
    return new Condition(new BeginsWith(operand, operand(prefix)));
  }

  /** A string contains a part, a set a member, a list an element. */
  public Condition contains(Object part) {
    return new Condition(new Contains(operand, operand(part)));
  }

  private Condition compare(Comparator comparator, @Nullable Object value) {
    return new Condition(new Compare(comparator, operand, operand(value)));
  }

  private static Operand operand(@Nullable Object value) {
    return value instanceof Attribute attribute
        ? attribute.operand
        : new Operand.Literal(Values.encoded(value));
  }

  Path path() {
    return path;
  }
}

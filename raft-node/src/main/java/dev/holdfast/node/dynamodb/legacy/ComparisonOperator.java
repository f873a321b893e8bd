package dev.holdfast.node.dynamodb.legacy;

import dev.holdfast.protocol.model.AttributeType;
import java.util.EnumSet;
import java.util.Set;

/**
 * The operators of legacy conditions.
 *
 * <p>Source: AWS Developer Guide, "Legacy conditional parameters"; which types each takes also from
 * the validations of {@code architect/dynalite}.
 */
enum ComparisonOperator {
  EQ(1, 1, Operands.ANY, Use.KEYS_TOO),
  NE(1, 1, Operands.ANY, Use.CONDITIONS),
  LE(1, 1, Operands.SCALARS, Use.KEYS_TOO),
  LT(1, 1, Operands.SCALARS, Use.KEYS_TOO),
  GE(1, 1, Operands.SCALARS, Use.KEYS_TOO),
  GT(1, 1, Operands.SCALARS, Use.KEYS_TOO),
  BETWEEN(2, 2, Operands.SCALARS, Use.KEYS_TOO),
  IN(1, Integer.MAX_VALUE, Operands.SCALARS, Use.CONDITIONS),
  /** Whether there is such an attribute: an attribute of type NULL is one. */
  NOT_NULL(0, 0, Operands.ANY, Use.CONDITIONS),
  NULL(0, 0, Operands.ANY, Use.CONDITIONS),
  CONTAINS(1, 1, Operands.ELEMENTS, Use.CONDITIONS),
  NOT_CONTAINS(1, 1, Operands.ELEMENTS, Use.CONDITIONS),
  BEGINS_WITH(1, 1, Operands.TEXTS, Use.KEYS_TOO);

  private final int countMin;
  private final int countMax;
  private final Operands operands;
  private final Use use;

  ComparisonOperator(int countMin, int countMax, Operands operands, Use use) {
    this.countMin = countMin;
    this.countMax = countMax;
    this.operands = operands;
    this.use = use;
  }

  /** The types that values may have. */
  private enum Operands {
    ANY(EnumSet.allOf(AttributeType.class)),
    SCALARS(EnumSet.of(AttributeType.S, AttributeType.N, AttributeType.B)),
    TEXTS(EnumSet.of(AttributeType.S, AttributeType.B)),
    /** What can be a part of a text or an element of a set, and BOOL and NULL. */
    ELEMENTS(
        EnumSet.of(
            AttributeType.S,
            AttributeType.N,
            AttributeType.B,
            AttributeType.BOOL,
            AttributeType.NULL));

    @SuppressWarnings("ImmutableEnumChecker") // never changed
    private final Set<AttributeType> types;

    Operands(Set<AttributeType> types) {
      this.types = types;
    }
  }

  private enum Use {
    CONDITIONS,
    KEYS_TOO
  }

  boolean takes(int count) {
    return count >= countMin && count <= countMax;
  }

  boolean takes(AttributeType type) {
    return operands.types.contains(type);
  }

  /** Whether it can bound a key. */
  boolean isIndexable() {
    return use == Use.KEYS_TOO;
  }
}

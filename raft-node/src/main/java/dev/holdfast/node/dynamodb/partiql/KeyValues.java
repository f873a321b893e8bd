package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.model.EncodedValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The only values that an attribute can have where a term holds.
 *
 * @param values in the order of the term; may be empty
 * @param isExact whether the term says nothing else
 */
record KeyValues(Set<EncodedValue> values, boolean isExact) {

  /** Null when the term does not bound the attribute. */
  static @Nullable KeyValues of(Term term, String attribute, Constants constants) {
    if (term instanceof Term.Binary binary && binary.operator().equals("=")) {
      Term other = opposite(binary, attribute);
      return other == null ? null : new KeyValues(Set.of(constants.value(other)), true);
    }
    if (term instanceof Term.In in && isAttribute(in.value(), attribute)) {
      Set<EncodedValue> values = new LinkedHashSet<>();
      for (Term candidate : in.candidates()) {
        if (!Constants.isConstant(candidate)) {
          return null;
        }
        values.add(constants.value(candidate));
      }
      return new KeyValues(values, true);
    }
    if (term instanceof Term.Junction junction) {
      KeyValues left = of(junction.left(), attribute, constants);
      KeyValues right = of(junction.right(), attribute, constants);
      return junction.isAnd() ? both(left, right) : either(left, right);
    }
    return null;
  }

  /** The constant that an equality demands of an attribute; null when it does not. */
  static @Nullable Term opposite(Term.Binary equality, String attribute) {
    if (isAttribute(equality.left(), attribute) && Constants.isConstant(equality.right())) {
      return equality.right();
    }
    if (isAttribute(equality.right(), attribute) && Constants.isConstant(equality.left())) {
      return equality.left();
    }
    return null;
  }

  static boolean isAttribute(Term term, String attribute) {
    return term instanceof Term.Reference reference && reference.path().equals(Path.of(attribute));
  }

  static @Nullable KeyValues both(@Nullable KeyValues left, @Nullable KeyValues right) {
    if (left == null || right == null) {
      KeyValues bounded = left == null ? right : left;
      return bounded == null ? null : new KeyValues(bounded.values, false);
    }
    Set<EncodedValue> common = new LinkedHashSet<>(left.values);
    common.retainAll(right.values);
    return new KeyValues(common, left.isExact && right.isExact);
  }

  private static @Nullable KeyValues either(@Nullable KeyValues left, @Nullable KeyValues right) {
    if (left == null || right == null) {
      return null;
    }
    Set<EncodedValue> all = new LinkedHashSet<>(left.values);
    all.addAll(right.values);
    return new KeyValues(all, left.isExact && right.isExact);
  }

  /** The terms that a term joins by AND. */
  static List<Term> conjuncts(@Nullable Term where) {
    List<Term> conjuncts = new ArrayList<>();
    if (where != null) {
      collect(where, conjuncts);
    }
    return conjuncts;
  }

  private static void collect(Term term, List<Term> conjuncts) {
    if (term instanceof Term.Junction junction && junction.isAnd()) {
      collect(junction.left(), conjuncts);
      collect(junction.right(), conjuncts);
    } else {
      conjuncts.add(term);
    }
  }
}

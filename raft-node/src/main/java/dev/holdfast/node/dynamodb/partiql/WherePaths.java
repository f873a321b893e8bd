package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.model.KeyAttribute;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Refuses paths into keys, which are scalars. */
record WherePaths(Collection<KeyAttribute> keys) {

  void check(@Nullable Term term) {
    if (term instanceof Term.Reference reference) {
      check(reference.path());
    } else if (term instanceof Term.Junction junction) {
      check(junction.left());
      check(junction.right());
    } else if (term instanceof Term.Negation negation) {
      check(negation.negated());
    } else if (term instanceof Term.Binary binary) {
      check(binary.left());
      check(binary.right());
    } else if (term instanceof Term.Between between) {
      check(between.value());
      check(between.low());
      check(between.high());
    } else if (term instanceof Term.In in) {
      check(in.value());
      checkAll(in.candidates());
    } else if (term instanceof Term.Is is) {
      check(is.value());
    } else if (term instanceof Term.Call call) {
      checkAll(call.operands());
    }
  }

  private void checkAll(List<Term> terms) {
    terms.forEach(this::check);
  }

  void check(Path path) {
    for (KeyAttribute key : keys) {
      if (!path.isTopLevel() && key.name().equals(path.attribute())) {
        throw Refusals.nestedKey(key.name());
      }
    }
  }
}

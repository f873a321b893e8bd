package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.expression.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/** Collects the paths a condition mentions, in its order. The handlers return nothing of use. */
final class ConditionPaths implements Condition.Handler<Boolean> {
  private final Set<Path> paths = new LinkedHashSet<>();

  private ConditionPaths() {}

  static Set<Path> of(Condition condition) {
    ConditionPaths collector = new ConditionPaths();
    condition.dispatch(collector);
    return collector.paths;
  }

  @Override
  public Boolean compare(Condition.Compare condition) {
    return add(condition.left(), condition.right());
  }

  @Override
  public Boolean between(Condition.Between condition) {
    return add(condition.value(), condition.low(), condition.high());
  }

  @Override
  public Boolean in(Condition.In condition) {
    add(condition.value());
    return add(condition.candidates().toArray(new Operand[0]));
  }

  @Override
  public Boolean and(Condition.And condition) {
    condition.left().dispatch(this);
    return condition.right().dispatch(this);
  }

  @Override
  public Boolean or(Condition.Or condition) {
    condition.left().dispatch(this);
    return condition.right().dispatch(this);
  }

  @Override
  public Boolean not(Condition.Not condition) {
    return condition.negated().dispatch(this);
  }

  @Override
  public Boolean exists(Condition.Exists condition) {
    return paths.add(condition.path());
  }

  @Override
  public Boolean notExists(Condition.NotExists condition) {
    return paths.add(condition.path());
  }

  @Override
  public Boolean hasType(Condition.HasType condition) {
    return paths.add(condition.path());
  }

  @Override
  public Boolean beginsWith(Condition.BeginsWith condition) {
    return add(condition.value(), condition.prefix());
  }

  @Override
  public Boolean contains(Condition.Contains condition) {
    return add(condition.container(), condition.operand());
  }

  private Boolean add(Operand... operands) {
    for (Operand operand : operands) {
      if (operand instanceof Operand.Attribute attribute) {
        paths.add(attribute.path());
      } else if (operand instanceof Operand.SizeOf size) {
        paths.add(size.path());
      }
    }
    return true;
  }
}

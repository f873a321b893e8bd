package dev.holdfast.statemachine.evaluation;

import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.expression.Update.SetValue;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.AttributeValue.B;
import dev.holdfast.protocol.model.AttributeValue.BS;
import dev.holdfast.protocol.model.AttributeValue.L;
import dev.holdfast.protocol.model.AttributeValue.M;
import dev.holdfast.protocol.model.AttributeValue.N;
import dev.holdfast.protocol.model.AttributeValue.NS;
import dev.holdfast.protocol.model.AttributeValue.S;
import dev.holdfast.protocol.model.AttributeValue.SS;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.DynamoNumber;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.NullUnmarked;

/** Evaluates expressions over trees, plainly and slowly: the model for the real evaluator. */
@NullUnmarked // a test's null ends in a failure, which is what it is for
public final class TreeEvaluator {
  private TreeEvaluator() {}

  public static boolean holds(Condition condition, SortedMap<String, AttributeValue> item) {
    if (condition instanceof Condition.And and) {
      return holds(and.left(), item) && holds(and.right(), item);
    } else if (condition instanceof Condition.Or or) {
      return holds(or.left(), item) || holds(or.right(), item);
    } else if (condition instanceof Condition.Not not) {
      return !holds(not.negated(), item);
    } else if (condition instanceof Condition.Exists exists) {
      return find(item, exists.path()) != null;
    } else if (condition instanceof Condition.NotExists notExists) {
      return find(item, notExists.path()) == null;
    } else if (condition instanceof Condition.Compare compare) {
      return compare(
          compare.comparator(), value(compare.left(), item), value(compare.right(), item));
    } else if (condition instanceof Condition.Between between) {
      AttributeValue value = value(between.value(), item);
      return compare(Comparator.GE, value, value(between.low(), item))
          && compare(Comparator.LE, value, value(between.high(), item));
    } else if (condition instanceof Condition.In in) {
      AttributeValue value = value(in.value(), item);
      return in.candidates().stream()
          .anyMatch(candidate -> compare(Comparator.EQ, value, value(candidate, item)));
    } else if (condition instanceof Condition.HasType hasType) {
      AttributeValue value = find(item, hasType.path());
      AttributeValue type = value(hasType.type(), item);
      return value != null && type.equals(new S(value.type().name()));
    } else if (condition instanceof Condition.BeginsWith begins) {
      AttributeValue value = value(begins.value(), item);
      AttributeValue prefix = value(begins.prefix(), item);
      return (value instanceof S s && prefix instanceof S p && s.value().startsWith(p.value()))
          || (value instanceof B b && prefix instanceof B q && b.value().startsWith(q.value()));
    } else if (condition instanceof Condition.Contains contains) {
      return contains(value(contains.container(), item), value(contains.operand(), item));
    }
    throw new AssertionError(condition);
  }

  private static boolean contains(AttributeValue container, AttributeValue operand) {
    return (container instanceof S s && operand instanceof S t && s.value().contains(t.value()))
        || (container instanceof B b
            && operand instanceof B c
            && b.value().toUtf8().contains(c.value().toUtf8()))
        || (container instanceof SS ss && operand instanceof S u && ss.values().contains(u.value()))
        || (container instanceof NS ns && operand instanceof N n && ns.values().contains(n.value()))
        || (container instanceof BS bs && operand instanceof B d && bs.values().contains(d.value()))
        || (container instanceof L list && operand != null && list.elements().contains(operand));
  }

  private static boolean compare(Comparator comparator, AttributeValue left, AttributeValue right) {
    boolean equal = left != null && left.equals(right);
    if (comparator == Comparator.EQ || comparator == Comparator.NE) {
      return equal == (comparator == Comparator.EQ);
    }
    int order;
    if (left instanceof S l && right instanceof S r) {
      order = Bytes.utf8(l.value()).compareTo(Bytes.utf8(r.value()));
    } else if (left instanceof N l && right instanceof N r) {
      order = l.value().compareTo(r.value());
    } else if (left instanceof B l && right instanceof B r) {
      order = l.value().compareTo(r.value());
    } else {
      return false;
    }
    return switch (comparator) {
      case LT -> order < 0;
      case LE -> order <= 0;
      case GT -> order > 0;
      case GE -> order >= 0;
      case EQ, NE -> throw new AssertionError();
    };
  }

  private static AttributeValue value(Operand operand, SortedMap<String, AttributeValue> item) {
    if (operand instanceof Operand.Literal literal) {
      return literal.value().decode();
    } else if (operand instanceof Operand.Attribute attribute) {
      return find(item, attribute.path());
    }
    AttributeValue value = find(item, ((Operand.SizeOf) operand).path());
    Integer size = null;
    if (value instanceof S s) {
      size = s.value().length();
    } else if (value instanceof B b) {
      size = b.value().size();
    } else if (value instanceof SS ss) {
      size = ss.values().size();
    } else if (value instanceof NS ns) {
      size = ns.values().size();
    } else if (value instanceof BS bs) {
      size = bs.values().size();
    } else if (value instanceof L list) {
      size = list.elements().size();
    } else if (value instanceof M map) {
      size = map.members().size();
    }
    return size == null ? null : new N(BigDecimal.valueOf(size));
  }

  static AttributeValue find(SortedMap<String, AttributeValue> item, Path path) {
    AttributeValue value = new M(item);
    for (Path.Step step : path.steps()) {
      if (value instanceof M map && step instanceof Path.Step.Attribute member) {
        value = map.members().get(member.name());
      } else if (value instanceof L list
          && step instanceof Path.Step.Element element
          && element.index() < list.elements().size()) {
        value = list.elements().get(element.index());
      } else {
        return null;
      }
    }
    return value;
  }

  /**
   * Writes first, in ascending order of indices, then removals, in descending order: then indices
   * of the original lists stay right. Fails with {@link IllegalArgumentException}.
   */
  public static SortedMap<String, AttributeValue> update(
      SortedMap<String, AttributeValue> base,
      SortedMap<String, AttributeValue> before,
      Update update) {
    List<Update.Action> writes = new ArrayList<>();
    List<Update.Action> removals = new ArrayList<>();
    for (Update.Action action : update.actions()) {
      boolean takes =
          action instanceof Update.Action.Remove || action instanceof Update.Action.Delete;
      (takes ? removals : writes).add(action);
    }
    writes.sort((left, right) -> compare(left.path(), right.path()));
    removals.sort((left, right) -> compare(right.path(), left.path()));
    AttributeValue document = new M(base);
    for (Update.Action action : writes) {
      AttributeValue value =
          action instanceof Update.Action.Set set
              ? evaluate(set.value(), before)
              : sum(find(base, action.path()), ((Update.Action.Add) action).value().decode());
      document = replace(document, action.path().steps(), value);
    }
    for (Update.Action action : removals) {
      AttributeValue present = find(base, action.path());
      AttributeValue value = null;
      if (action instanceof Update.Action.Delete delete && present != null) {
        value = difference(present, delete.value().decode());
      }
      document = replace(document, action.path().steps(), present == null ? null : value, present);
    }
    return ((M) document).members();
  }

  private static int compare(Path left, Path right) {
    for (int i = 0; i < Math.min(left.steps().size(), right.steps().size()); i++) {
      Path.Step a = left.steps().get(i);
      Path.Step b = right.steps().get(i);
      int order =
          a instanceof Path.Step.Element x && b instanceof Path.Step.Element y
              ? Integer.compare(x.index(), y.index())
              : a.toString().compareTo(b.toString());
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(left.steps().size(), right.steps().size());
  }

  private static AttributeValue replace(
      AttributeValue document, List<Path.Step> steps, AttributeValue value) {
    return replace(document, steps, value, value);
  }

  /** Null removes; nothing was there when {@code present} is null, too: only the way is checked. */
  private static AttributeValue replace(
      AttributeValue document,
      List<Path.Step> steps,
      AttributeValue value,
      AttributeValue present) {
    Path.Step step = steps.get(0);
    List<Path.Step> rest = steps.subList(1, steps.size());
    if (document instanceof M map && step instanceof Path.Step.Attribute member) {
      SortedMap<String, AttributeValue> members = new TreeMap<>(map.members());
      if (rest.isEmpty()) {
        if (value == null) {
          members.remove(member.name());
        } else {
          members.put(member.name(), value);
        }
      } else {
        members.compute(member.name(), (name, child) -> replace(child, rest, value, present));
      }
      return new M(members);
    }
    if (document instanceof L list && step instanceof Path.Step.Element element) {
      List<AttributeValue> elements = new ArrayList<>(list.elements());
      int index = element.index();
      if (!rest.isEmpty()) {
        AttributeValue child = index < elements.size() ? elements.get(index) : null;
        AttributeValue replaced = replace(child, rest, value, present);
        elements.set(index, replaced);
      } else if (value != null && index < elements.size()) {
        elements.set(index, value);
      } else if (value != null) {
        elements.add(value);
      } else if (present != null) {
        elements.remove(index);
      }
      return new L(elements);
    }
    throw new IllegalArgumentException("path");
  }

  private static AttributeValue evaluate(SetValue value, SortedMap<String, AttributeValue> before) {
    if (value instanceof SetValue.Literal literal) {
      return literal.value().decode();
    } else if (value instanceof SetValue.Attribute attribute) {
      AttributeValue found = find(before, attribute.path());
      if (found == null) {
        throw new IllegalArgumentException("absent");
      }
      return found;
    } else if (value instanceof SetValue.IfNotExists choice) {
      AttributeValue found = find(before, choice.path());
      return found != null ? found : evaluate(choice.otherwise(), before);
    } else if (value instanceof SetValue.Plus plus) {
      return new N(
          DynamoNumber.add(
              number(evaluate(plus.left(), before)), number(evaluate(plus.right(), before))));
    } else if (value instanceof SetValue.Minus minus) {
      return new N(
          DynamoNumber.subtract(
              number(evaluate(minus.left(), before)), number(evaluate(minus.right(), before))));
    } else if (value instanceof SetValue.ListAppend append
        && evaluate(append.first(), before) instanceof L first
        && evaluate(append.second(), before) instanceof L second) {
      List<AttributeValue> elements = new ArrayList<>(first.elements());
      elements.addAll(second.elements());
      return new L(elements);
    }
    throw new IllegalArgumentException("type");
  }

  private static AttributeValue sum(AttributeValue present, AttributeValue value) {
    if (present == null) {
      return value;
    } else if (present instanceof N n && value instanceof N m) {
      return new N(DynamoNumber.add(n.value(), m.value()));
    } else if (present instanceof SS ss && value instanceof SS other) {
      return new SS(union(ss.values(), other.values()));
    } else if (present instanceof NS ns && value instanceof NS other) {
      return new NS(union(ns.values(), other.values()));
    } else if (present instanceof BS bs && value instanceof BS other) {
      return new BS(union(bs.values(), other.values()));
    }
    throw new IllegalArgumentException("type");
  }

  private static AttributeValue difference(AttributeValue present, AttributeValue value) {
    if (present instanceof SS ss && value instanceof SS other) {
      SortedSet<String> rest = without(ss.values(), other.values());
      return rest.isEmpty() ? null : new SS(rest);
    } else if (present instanceof NS ns && value instanceof NS other) {
      SortedSet<BigDecimal> rest = without(ns.values(), other.values());
      return rest.isEmpty() ? null : new NS(rest);
    } else if (present instanceof BS bs && value instanceof BS other) {
      SortedSet<Bytes> rest = without(bs.values(), other.values());
      return rest.isEmpty() ? null : new BS(rest);
    }
    throw new IllegalArgumentException("type");
  }

  private static <T> SortedSet<T> union(SortedSet<T> left, SortedSet<T> right) {
    TreeSet<T> all = new TreeSet<>(left);
    all.addAll(right);
    return all;
  }

  private static <T> SortedSet<T> without(SortedSet<T> left, SortedSet<T> right) {
    TreeSet<T> rest = new TreeSet<>(left);
    rest.removeAll(right);
    return rest;
  }

  private static BigDecimal number(AttributeValue value) {
    if (value instanceof N n) {
      return n.value();
    }
    throw new IllegalArgumentException("type");
  }
}

package dev.holdfast.protocol.parser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A tree, written with as few parentheses as precedence allows, is parsed into itself. */
class ConditionTextProperties {
  private static final Map<String, EncodedValue> VALUES =
      new TreeMap<>(
          Map.of(
              ":v0", EncodedValue.ofNumber(7),
              ":v1", EncodedValue.ofNumber(9),
              ":v2", EncodedValue.ofString("x")));

  @Property(tries = 500)
  void whatIsWrittenIsParsed(@ForAll("conditions") Condition condition, @ForAll Spaces spaces) {
    String text = spaces.in(text(condition));

    Condition parsed =
        Expressions.condition(
            "FilterExpression",
            text,
            Substitutions.of(Map.of("#n", "a.b c"), Item.ofEncoded(new TreeMap<>(VALUES))));

    assertThat(parsed).as(text).isEqualTo(condition);
  }

  /** How much white space there is, and how keywords are written. */
  enum Spaces {
    ONE,
    MANY,
    LOWER_CASE;

    String in(String text) {
      return switch (this) {
        case ONE -> text;
        case MANY -> text.replace(" ", " \t\n ").replace("(", "( ").replace(",", " , ");
        case LOWER_CASE -> text.toLowerCase(Locale.ROOT);
      };
    }
  }

  @Provide
  Arbitrary<Condition> conditions() {
    return conditions(3);
  }

  private static Arbitrary<Condition> conditions(int depth) {
    if (depth == 0) {
      return simple();
    }
    Arbitrary<Condition> inner = conditions(depth - 1);
    return Arbitraries.oneOf(
        simple(),
        Combinators.combine(inner, inner).as(Condition.And::new),
        Combinators.combine(inner, inner).as(Condition.Or::new),
        inner.map(Condition.Not::new));
  }

  private static Arbitrary<Condition> simple() {
    Arbitrary<Operand> left = paths().map(Operand.Attribute::new);
    Arbitrary<Operand> measured = paths().map(Operand.SizeOf::new);
    Arbitrary<Operand> literal = Arbitraries.of(VALUES.values()).map(Operand.Literal::new);
    Arbitrary<Operand> text = Arbitraries.just(new Operand.Literal(EncodedValue.ofString("x")));
    Arbitrary<Operand> any = Arbitraries.oneOf(left, measured);
    Operand low = new Operand.Literal(EncodedValue.ofNumber(7));
    Operand high = new Operand.Literal(EncodedValue.ofNumber(9));
    return Arbitraries.oneOf(
        List.of(
            Combinators.combine(Arbitraries.of(Comparator.values()), any, literal)
                .as(Condition.Compare::new),
            any.map(value -> new Condition.Between(value, low, high)),
            Combinators.combine(any, literal.list().ofMinSize(1).ofMaxSize(3))
                .as(Condition.In::new),
            paths().map(Condition.Exists::new),
            paths().map(Condition.NotExists::new),
            Combinators.combine(left, text).as(Condition.BeginsWith::new),
            Combinators.combine(left, literal).as(Condition.Contains::new)));
  }

  private static Arbitrary<Path> paths() {
    Path.Step odd = new Path.Step.Attribute("a.b c");
    return Arbitraries.of(
        Path.of("p"),
        Path.of("q_1"),
        new Path(List.of(new Path.Step.Attribute("p"), new Path.Step.Element(12))),
        new Path(List.of(odd, new Path.Step.Attribute("x"), new Path.Step.Element(0), odd)));
  }

  private static String text(Condition condition) {
    if (condition instanceof Condition.And and) {
      return inAnd(and.left(), false) + " AND " + inAnd(and.right(), true);
    } else if (condition instanceof Condition.Or or) {
      boolean nested = or.right() instanceof Condition.Or;
      return text(or.left()) + " OR " + (nested ? "(" + text(or.right()) + ")" : text(or.right()));
    } else if (condition instanceof Condition.Not not) {
      boolean joined =
          not.negated() instanceof Condition.And || not.negated() instanceof Condition.Or;
      return "NOT " + (joined ? "(" + text(not.negated()) + ")" : text(not.negated()));
    } else if (condition instanceof Condition.Compare compare) {
      return text(compare.left()) + compare.comparator().symbol() + text(compare.right());
    } else if (condition instanceof Condition.Between between) {
      return text(between.value())
          + " BETWEEN "
          + text(between.low())
          + " AND "
          + text(between.high());
    } else if (condition instanceof Condition.In in) {
      List<String> candidates = in.candidates().stream().map(each -> text(each)).toList();
      return text(in.value()) + " IN (" + String.join(",", candidates) + ")";
    } else if (condition instanceof Condition.Exists exists) {
      return "attribute_exists(" + text(exists.path()) + ")";
    } else if (condition instanceof Condition.NotExists notExists) {
      return "attribute_not_exists(" + text(notExists.path()) + ")";
    } else if (condition instanceof Condition.BeginsWith begins) {
      return "begins_with(" + text(begins.value()) + "," + text(begins.prefix()) + ")";
    } else if (condition instanceof Condition.Contains contains) {
      return "contains(" + text(contains.container()) + "," + text(contains.operand()) + ")";
    }
    throw new IllegalArgumentException("not generated: " + condition);
  }

  /** AND binds closer than OR, and both to the left. */
  private static String inAnd(Condition part, boolean isRight) {
    boolean wrapped = part instanceof Condition.Or || (isRight && part instanceof Condition.And);
    return wrapped ? "(" + text(part) + ")" : text(part);
  }

  private static String text(Operand operand) {
    if (operand instanceof Operand.Attribute attribute) {
      return text(attribute.path());
    } else if (operand instanceof Operand.SizeOf size) {
      return "size(" + text(size.path()) + ")";
    }
    EncodedValue value = ((Operand.Literal) operand).value();
    return VALUES.entrySet().stream()
        .filter(entry -> entry.getValue().equals(value))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private static String text(Path path) {
    return path.toString().replace("a.b c", "#n");
  }
}

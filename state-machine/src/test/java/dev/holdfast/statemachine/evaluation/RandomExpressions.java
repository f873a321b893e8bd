package dev.holdfast.statemachine.evaluation;

import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.expression.Update.SetValue;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Random values, items and expressions over few names, so that they meet each other often. */
public final class RandomExpressions {
  private static final List<String> NAMES = List.of("a", "b", "c", "d", "é", "z");
  private static final List<String> TEXTS = List.of("", "a", "ab", "abc", "b", "ä€", "\u0000x");

  private static final List<Comparator> COMPARATORS = List.of(Comparator.values());

  private final Random random;

  public RandomExpressions(Random random) {
    this.random = random;
  }

  public SortedMap<String, AttributeValue> attributes() {
    SortedMap<String, AttributeValue> attributes = new TreeMap<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      attributes.put(name(), value(3));
    }
    return attributes;
  }

  public AttributeValue value(int depth) {
    return switch (random.nextInt(depth > 0 ? 12 : 8)) {
      case 0, 1 -> new AttributeValue.S(text());
      case 2, 3 -> new AttributeValue.N(number());
      case 4 -> new AttributeValue.B(Bytes.utf8(text()));
      case 5 -> new AttributeValue.Bool(random.nextBoolean());
      case 6 -> new AttributeValue.Null();
      case 7 -> set();
      case 8, 9 -> {
        List<AttributeValue> elements = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          elements.add(value(depth - 1));
        }
        yield new AttributeValue.L(elements);
      }
      default -> {
        SortedMap<String, AttributeValue> members = new TreeMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          members.put(name(), value(depth - 1));
        }
        yield new AttributeValue.M(members);
      }
    };
  }

  public BigDecimal number() {
    return switch (random.nextInt(4)) {
      case 0 -> BigDecimal.valueOf(random.nextInt(7) - 3);
      case 1 -> new BigDecimal("1.5").multiply(BigDecimal.valueOf(random.nextInt(5) - 2));
      case 2 -> new BigDecimal("12345678901234567890123456789012345678");
      default -> new BigDecimal(random.nextBoolean() ? "1E-130" : "-0.001");
    };
  }

  public Condition condition(int depth) {
    if (depth > 0 && random.nextInt(3) == 0) {
      return switch (random.nextInt(3)) {
        case 0 -> new Condition.And(condition(depth - 1), condition(depth - 1));
        case 1 -> new Condition.Or(condition(depth - 1), condition(depth - 1));
        default -> new Condition.Not(condition(depth - 1));
      };
    }
    return switch (random.nextInt(9)) {
      case 0, 1, 2 ->
          new Condition.Compare(
              COMPARATORS.get(random.nextInt(COMPARATORS.size())), operand(), operand());
      case 3 -> new Condition.Between(operand(), operand(), operand());
      case 4 -> new Condition.In(operand(), List.of(operand(), operand()));
      case 5 ->
          random.nextBoolean() ? new Condition.Exists(path()) : new Condition.NotExists(path());
      case 6 ->
          new Condition.HasType(
              path(), literal(new AttributeValue.S(List.of("S", "N", "L", "M").get(pick(4)))));
      case 7 -> new Condition.BeginsWith(operand(), operand());
      default -> new Condition.Contains(operand(), operand());
    };
  }

  public Update update() {
    List<Path> paths = disjointPaths(1 + random.nextInt(4));
    return new Update(paths.stream().map(this::action).toList());
  }

  public Projection projection() {
    return random.nextInt(3) == 0
        ? Projection.ALL
        : new Projection(disjointPaths(1 + random.nextInt(4)));
  }

  private Update.Action action(Path path) {
    return switch (random.nextInt(6)) {
      case 0, 1, 2 -> new Update.Action.Set(path, setValue(2));
      case 3 -> new Update.Action.Remove(path);
      case 4 ->
          new Update.Action.Add(
              path, EncodedValue.of(random.nextBoolean() ? new AttributeValue.N(number()) : set()));
      default -> new Update.Action.Delete(path, EncodedValue.of(set()));
    };
  }

  private SetValue setValue(int depth) {
    return switch (random.nextInt(depth > 0 ? 7 : 3)) {
      case 0 -> new SetValue.Attribute(path());
      case 1, 2 -> new SetValue.Literal(EncodedValue.of(value(1)));
      case 3 -> new SetValue.Plus(setValue(depth - 1), setValue(depth - 1));
      case 4 -> new SetValue.Minus(setValue(depth - 1), setValue(depth - 1));
      case 5 -> new SetValue.IfNotExists(path(), setValue(depth - 1));
      default -> new SetValue.ListAppend(setValue(depth - 1), setValue(depth - 1));
    };
  }

  private List<Path> disjointPaths(int count) {
    List<Path> paths = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path path = path();
      if (paths.stream().noneMatch(other -> overlap(path, other))) {
        paths.add(path);
      }
    }
    return paths;
  }

  private static boolean overlap(Path left, Path right) {
    int common = Math.min(left.steps().size(), right.steps().size());
    return left.steps().subList(0, common).equals(right.steps().subList(0, common));
  }

  private Path path() {
    List<Path.Step> steps = new ArrayList<>();
    steps.add(new Path.Step.Attribute(name()));
    while (random.nextInt(3) == 0) {
      steps.add(
          random.nextBoolean()
              ? new Path.Step.Attribute(name())
              : new Path.Step.Element(random.nextInt(5)));
    }
    return new Path(steps);
  }

  private Operand operand() {
    return switch (random.nextInt(5)) {
      case 0, 1 -> new Operand.Attribute(path());
      case 2 -> new Operand.SizeOf(path());
      default -> literal(value(1));
    };
  }

  private static Operand literal(AttributeValue value) {
    return new Operand.Literal(EncodedValue.of(value));
  }

  private AttributeValue set() {
    int count = 1 + random.nextInt(3);
    return switch (random.nextInt(3)) {
      case 0 -> {
        TreeSet<String> texts = new TreeSet<>();
        for (int i = 0; i < count; i++) {
          texts.add(text());
        }
        yield new AttributeValue.SS(texts);
      }
      case 1 -> {
        TreeSet<BigDecimal> numbers = new TreeSet<>();
        for (int i = 0; i < count; i++) {
          numbers.add(number());
        }
        yield new AttributeValue.NS(numbers);
      }
      default -> {
        TreeSet<Bytes> binaries = new TreeSet<>();
        for (int i = 0; i < count; i++) {
          binaries.add(Bytes.utf8(text()));
        }
        yield new AttributeValue.BS(binaries);
      }
    };
  }

  private String name() {
    return NAMES.get(pick(NAMES.size()));
  }

  private String text() {
    return TEXTS.get(pick(TEXTS.size()));
  }

  private int pick(int count) {
    return random.nextInt(count);
  }
}

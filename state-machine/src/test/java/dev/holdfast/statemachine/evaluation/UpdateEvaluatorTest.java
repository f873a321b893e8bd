package dev.holdfast.statemachine.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.expression.Update.Action;
import dev.holdfast.protocol.expression.Update.SetValue;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked // a test's null ends in a failure, which is what it is for
class UpdateEvaluatorTest {
  private static final Item ITEM =
      Item.of(
          Map.of(
              "k",
              string("1"),
              "n",
              number("5"),
              "list",
              new AttributeValue.L(List.of(string("a"), string("b"), string("c"))),
              "map",
              new AttributeValue.M(new TreeMap<>(Map.of("x", number("1"))))));

  @Test
  void anAbsentAttributeOnTheRightIsRefusedWithDynamoDbsMessage() {
    assertThat(message(set("a", new SetValue.Attribute(Path.of("missing")))))
        .isEqualTo(
            "The provided expression refers to an attribute that does not exist in the item");
  }

  @Test
  void arithmeticWithAStringIsRefusedWithDynamoDbsMessage() {
    SetValue sum =
        new SetValue.Plus(
            new SetValue.Attribute(Path.of("k")), new SetValue.Literal(EncodedValue.ofNumber(1)));

    assertThat(message(set("a", sum)))
        .isEqualTo("An operand in the update expression has an incorrect data type");
  }

  @Test
  void operandsAreJudgedFromLeftToRight() {
    SetValue text = new SetValue.Attribute(Path.of("k"));
    SetValue absent = new SetValue.Attribute(Path.of("missing"));
    String wrongType = "An operand in the update expression has an incorrect data type";
    String noAttribute =
        "The provided expression refers to an attribute that does not exist in the item";

    assertThat(message(set("a", new SetValue.Plus(text, absent)))).isEqualTo(wrongType);
    assertThat(message(set("a", new SetValue.Minus(text, absent)))).isEqualTo(wrongType);
    assertThat(message(set("a", new SetValue.ListAppend(text, absent)))).isEqualTo(wrongType);
    assertThat(message(set("a", new SetValue.Plus(absent, text)))).isEqualTo(noAttribute);
    assertThat(message(set("a", new SetValue.Minus(absent, text)))).isEqualTo(noAttribute);
    assertThat(message(set("a", new SetValue.ListAppend(absent, text)))).isEqualTo(noAttribute);
  }

  @Test
  void aPathThroughAnAbsentOrScalarParentIsRefusedWithDynamoDbsMessage() {
    String expected = "The document path provided in the update expression is invalid for update";

    assertThat(message(new Action.Set(path("missing", "x"), literal(string("v")))))
        .isEqualTo(expected);
    assertThat(message(new Action.Remove(path("n", "x")))).isEqualTo(expected);
    assertThat(message(new Action.Set(path("map", 0), literal(string("v"))))).isEqualTo(expected);
  }

  @Test
  void anItemThatGrowsBeyondItsLimitIsRefusedWithDynamoDbsMessage() {
    String large = "x".repeat(400 * 1024);

    assertThat(message(set("a", literal(string(large)))))
        .isEqualTo("Item size to update has exceeded the maximum allowed size");
  }

  @Test
  void arithmeticKeepsThirtyEightDigits() {
    Item item = Item.of(Map.of("n", number("12345678901234567890123456789012345677")));

    assertThat(updated(item, new Action.Add(Path.of("n"), EncodedValue.ofNumber(1))))
        .isEqualTo(Item.of(Map.of("n", number("12345678901234567890123456789012345678"))));
  }

  @Test
  void aNumberBeyondTheRangeIsRefusedWithDynamoDbsMessage() {
    Item item = Item.of(Map.of("n", number("9.9E125")));
    UpdateOutcome outcome =
        UpdateEvaluator.update(
            item,
            Item.EMPTY,
            new Update(List.of(new Action.Add(Path.of("n"), item.attribute("n")))));

    assertThat(((UpdateOutcome.Invalid) outcome).message()).startsWith("Number overflow");
  }

  @Test
  void everyIndexIsOneOfTheListBeforeTheUpdate() {
    Item after =
        updated(
            ITEM,
            new Action.Remove(path("list", 0)),
            new Action.Set(path("list", 1), literal(string("B"))),
            new Action.Set(path("list", 9), literal(string("z"))),
            new Action.Set(path("list", 7), literal(string("y"))));

    assertThat(after.attribute("list").decode())
        .isEqualTo(
            new AttributeValue.L(List.of(string("B"), string("c"), string("y"), string("z"))));
  }

  @Test
  void anEmptiedSetDisappears() {
    AttributeValue set = new AttributeValue.SS(new TreeSet<>(List.of("a", "b")));
    Item item = Item.of(Map.of("k", string("1"), "s", set));

    assertThat(updated(item, new Action.Delete(Path.of("s"), EncodedValue.of(set))))
        .isEqualTo(Item.of(Map.of("k", string("1"))));
  }

  @Test
  void nestingBeyondTheLimitIsRefused() {
    AttributeValue deep = string("x");
    for (int i = 0; i < 32; i++) {
      deep = new AttributeValue.L(List.of(deep));
    }
    EncodedValue literal = EncodedValue.of(deep);

    assertThat(message(new Action.Set(path("map", "y"), new SetValue.Literal(literal))))
        .isEqualTo(
            "Nesting Levels have exceeded supported limits: Attributes in the item have nested "
                + "levels beyond supported limit");
  }

  private static String message(Action action) {
    UpdateOutcome outcome = UpdateEvaluator.update(ITEM, Item.EMPTY, new Update(List.of(action)));
    return ((UpdateOutcome.Invalid) outcome).message();
  }

  private static Item updated(Item item, Action... actions) {
    UpdateOutcome outcome = UpdateEvaluator.update(item, Item.EMPTY, new Update(List.of(actions)));
    return ((UpdateOutcome.Updated) outcome).item();
  }

  private static Action set(String name, SetValue value) {
    return new Action.Set(Path.of(name), value);
  }

  private static SetValue literal(AttributeValue value) {
    return new SetValue.Literal(EncodedValue.of(value));
  }

  private static Path path(Object... steps) {
    List<Path.Step> path = new ArrayList<>();
    for (Object step : steps) {
      path.add(
          step instanceof Integer index
              ? new Path.Step.Element(index)
              : new Path.Step.Attribute((String) step));
    }
    return new Path(path);
  }

  private static AttributeValue string(String value) {
    return new AttributeValue.S(value);
  }

  private static AttributeValue number(String value) {
    return new AttributeValue.N(new BigDecimal(value));
  }
}

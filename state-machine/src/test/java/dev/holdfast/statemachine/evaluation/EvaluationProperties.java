package dev.holdfast.statemachine.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Item;
import java.util.Random;
import java.util.SortedMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.NullUnmarked;

/** The evaluator over bytes agrees with the plain one over trees. */
@NullUnmarked // a test's null ends in a failure, which is what it is for
class EvaluationProperties {
  @Property(tries = 300)
  void conditionsHoldForBytesExactlyWhenTheyHoldForTrees(@ForAll long seed) {
    RandomExpressions expressions = new RandomExpressions(new Random(seed));
    for (int i = 0; i < 40; i++) {
      SortedMap<String, AttributeValue> attributes = expressions.attributes();
      Condition condition = expressions.condition(2);

      assertThat(ConditionEvaluator.holds(condition, Item.of(attributes)))
          .as("%s for %s", condition, attributes)
          .isEqualTo(TreeEvaluator.holds(condition, attributes));
    }
  }

  @Property(tries = 300)
  void updatesOfBytesAndOfTreesGiveTheSameItem(@ForAll long seed) {
    RandomExpressions expressions = new RandomExpressions(new Random(seed));
    for (int i = 0; i < 40; i++) {
      SortedMap<String, AttributeValue> attributes = expressions.attributes();
      Update update = expressions.update();
      Item before = Item.of(attributes);

      UpdateOutcome outcome = UpdateEvaluator.update(before, Item.EMPTY, update);

      UpdateOutcome expected;
      try {
        expected =
            new UpdateOutcome.Updated(
                Item.of(TreeEvaluator.update(attributes, attributes, update)));
      } catch (IllegalArgumentException e) {
        expected = new UpdateOutcome.Invalid(String.valueOf(e.getMessage()));
      }
      if (expected instanceof UpdateOutcome.Invalid) {
        assertThat(outcome).as("%s of %s", update, attributes).isInstanceOf(expected.getClass());
      } else {
        assertThat(outcome).as("%s of %s", update, attributes).isEqualTo(expected);
      }
    }
  }

  @Property(tries = 200)
  void aProjectionHoldsWhatItsPathsLeadToAndNothingElse(@ForAll long seed) {
    RandomExpressions expressions = new RandomExpressions(new Random(seed));
    SortedMap<String, AttributeValue> attributes = expressions.attributes();
    Projection projection = expressions.projection();
    Item item = Item.of(attributes);

    Item projected = ProjectionEvaluator.project(item, projection);

    if (projection.isAll()) {
      assertThat(projected).isEqualTo(item);
    }
    for (Path path : projection.paths()) {
      boolean hasElements = path.steps().stream().anyMatch(Path.Step.Element.class::isInstance);
      if (!hasElements) {
        assertThat(TreeEvaluator.find(projected.toMap(), path))
            .as("%s of %s", path, attributes)
            .isEqualTo(TreeEvaluator.find(attributes, path));
      }
    }
    projected
        .toMap()
        .keySet()
        .forEach(
            name ->
                assertThat(
                        projection.isAll()
                            || projection.paths().stream()
                                .anyMatch(path -> path.attribute().equals(name)))
                    .isTrue());
  }
}

package dev.holdfast.jepsen.planted;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A mistake that is found fast, in every build; all of them, and the same runs without them, with
 * {@code -Dholdfast.measure=true}.
 */
class HuntTest {
  @TempDir private Path directory;

  static List<PlantedBug> all() {
    return PlantedBugs.all();
  }

  private Catch hunt(PlantedBug bug) throws Exception {
    Catch caught = new Hunt(directory, System.out::println).hunt(bug);
    System.out.println(caught.inWords());
    return caught;
  }

  @Test
  void aMistakeInARunningNodeIsFound() throws Exception {
    Catch caught = hunt(PlantedBugs.named("strong-from-any-state").orElseThrow());

    assertThat(caught.isCaught()).as(caught.inWords()).isTrue();
    assertThat(caught.by()).contains("register");
  }

  @ParameterizedTest
  @MethodSource("all")
  @EnabledIfSystemProperty(named = "holdfast.measure", matches = "true")
  void everyMistakeIsFoundWithinItsBudget(PlantedBug bug) throws Exception {
    Catch caught = hunt(bug);

    assertThat(caught.isCaught()).as(caught.inWords()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("all")
  @EnabledIfSystemProperty(named = "holdfast.measure", matches = "true")
  void withoutTheMistakeNothingIsFound(PlantedBug bug) throws Exception {
    Control without = new Hunt(directory, System.out::println).control(bug);

    assertThat(without.isSound()).as(without.inWords()).isTrue();
  }
}

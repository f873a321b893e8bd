package dev.holdfast.jepsen.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.nemesis.Fault.Kind;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoundsTest {
  private static final List<Kind> KINDS =
      List.of(Kind.KILL_LEADER, Kind.SPLIT, Kind.KILL_LEADER, Kind.MERGE);

  private static List<Kind> round(Rounds rounds) {
    return IntStream.range(0, KINDS.size()).mapToObj(i -> rounds.next()).toList();
  }

  @Test
  void everyRoundHasAllOfThem() {
    Rounds rounds = new Rounds(KINDS, new Random(1));

    for (int i = 0; i < 5; i++) {
      assertThat(round(rounds)).containsExactlyInAnyOrderElementsOf(KINDS);
    }
  }

  @Test
  void aSeedRepeatsTheOrder() {
    Rounds ones = new Rounds(KINDS, new Random(7));
    Rounds others = new Rounds(KINDS, new Random(7));

    for (int i = 0; i < 5; i++) {
      assertThat(round(ones)).isEqualTo(round(others));
    }
  }
}

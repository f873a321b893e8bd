package dev.holdfast.jepsen.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.checker.SetMembership;
import dev.holdfast.jepsen.checker.Verdict;
import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.Recorder;
import dev.holdfast.jepsen.history.SetOperation;
import dev.holdfast.jepsen.history.SetOperation.Function;
import dev.holdfast.jepsen.store.FaultyStore;
import dev.holdfast.jepsen.store.FaultyStore.Mistake;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** However long a run is, elements are added until its end. */
class SetWorkloadTest {
  private static final int STEPS = 3_500;
  private static final int OF_THE_LAST = 100;

  private final Recorder<SetOperation> recorder = new Recorder<>();
  private final SetWorkload workload = new SetWorkload(recorder, "set");

  private List<SetOperation> run(FaultyStore store) {
    AtomicInteger steps = new AtomicInteger();
    workload.prepare(store);
    workload.run(store, 0, new Random(1), () -> steps.incrementAndGet() > STEPS);
    workload.finish(store);
    return recorder.operations();
  }

  private static List<SetOperation> adds(List<SetOperation> history) {
    return history.stream().filter(each -> each.function() == Function.ADD).toList();
  }

  private static long tables(List<SetOperation> history) {
    return adds(history).stream()
        .map(each -> each.collection().substring(0, each.collection().indexOf('/')))
        .distinct()
        .count();
  }

  @Test
  void aTableThatHasHadItsShareIsFollowedByAnother() {
    List<SetOperation> history = run(new FaultyStore(Mistake.NONE));

    assertThat(tables(history)).isGreaterThan(2);
    assertThat(new SetMembership().check(history)).isEqualTo(Verdict.valid());
  }

  @Test
  void elementsAreAddedOnWhenNoOtherTableCanBeCreated() {
    List<SetOperation> history = run(new FaultyStore(Mistake.CREATES_ONE_TABLE));

    assertThat(tables(history)).isEqualTo(1);
    assertThat(adds(history.subList(STEPS - OF_THE_LAST, STEPS)))
        .isNotEmpty()
        .allMatch(each -> each.outcome() == Outcome.OK);
    assertThat(new SetMembership().check(history)).isEqualTo(Verdict.valid());
  }
}

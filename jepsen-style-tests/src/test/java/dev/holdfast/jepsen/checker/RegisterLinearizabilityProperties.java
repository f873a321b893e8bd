package dev.holdfast.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.history.Operation;
import dev.holdfast.jepsen.history.Operation.Argument;
import dev.holdfast.jepsen.history.Operation.Function;
import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** The fast search against one that tries every order of a small history. */
class RegisterLinearizabilityProperties {
  @Property(tries = 3_000)
  void agreesWithABruteForceSearchOnSmallHistories(@ForAll long seed) {
    List<Operation> history = arbitraryHistory(new Random(seed));

    Verdict.Kind fast = new RegisterLinearizability(1_000_000).check(history).kind();

    boolean succeeded = history.stream().anyMatch(each -> each.outcome() == Outcome.OK);
    boolean linearizable = existsOrder(history, new HashSet<>(), null);
    Verdict.Kind judged = linearizable ? Verdict.Kind.VALID : Verdict.Kind.INVALID;
    assertThat(fast).isEqualTo(succeeded ? judged : Verdict.Kind.UNTESTED);
  }

  @Property(tries = 500)
  void acceptsWhatARealRegisterDid(@ForAll long seed) {
    List<Operation> history = historyOfARegister(new Random(seed), 40);

    assertThat(new RegisterLinearizability(1_000_000).check(history).kind())
        .isEqualTo(Verdict.Kind.VALID);
  }

  private static List<Operation> arbitraryHistory(Random random) {
    List<Operation> history = new ArrayList<>();
    int count = 1 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      long call = random.nextInt(20);
      long end = call + random.nextInt(12);
      history.add(arbitraryOperation(random, i, arbitraryOutcome(random), call, end));
    }
    return history;
  }

  private static Outcome arbitraryOutcome(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> Outcome.FAILED;
      case 1 -> Outcome.UNKNOWN;
      default -> Outcome.OK;
    };
  }

  private static Operation arbitraryOperation(
      Random random, int process, Outcome outcome, long call, long end) {
    @Nullable Long some = random.nextInt(4) == 0 ? null : Long.valueOf(random.nextInt(3));
    return switch (random.nextInt(3)) {
      case 0 -> Operation.read(process, "x", outcome, some, call, end);
      case 1 -> Operation.write(process, "x", outcome, random.nextInt(3), call, end);
      default -> {
        Argument argument = new Argument(some, random.nextInt(3));
        yield Operation.compareAndSet(process, "x", outcome, argument, call, end);
      }
    };
  }

  /** Operations that took effect at one instant between call and return on one register. */
  private static List<Operation> historyOfARegister(Random random, int count) {
    List<Operation> history = new ArrayList<>();
    @Nullable Long value = null;
    for (int i = 0; i < count; i++) {
      long instant = 10L * i;
      long call = instant - random.nextInt(25);
      long end = instant + random.nextInt(25);
      if (random.nextBoolean()) {
        history.add(Operation.read(i, "x", Outcome.OK, value, call, end));
      } else {
        Outcome outcome = random.nextInt(5) == 0 ? Outcome.UNKNOWN : Outcome.OK;
        value = (long) random.nextInt(4);
        history.add(Operation.write(i, "x", outcome, value, call, end));
      }
    }
    return history;
  }

  private static boolean existsOrder(
      List<Operation> history, Set<Integer> done, @Nullable Long value) {
    long earliestReturn = Long.MAX_VALUE;
    boolean complete = true;
    for (int i = 0; i < history.size(); i++) {
      Operation each = history.get(i);
      if (!done.contains(i) && each.outcome() == Outcome.OK) {
        earliestReturn = Math.min(earliestReturn, each.returnNanos());
        complete = false;
      }
    }
    if (complete) {
      return true;
    }
    for (int i = 0; i < history.size(); i++) {
      Operation each = history.get(i);
      boolean candidate =
          !done.contains(i)
              && each.outcome() != Outcome.FAILED
              && each.callNanos() <= earliestReturn
              && legal(each, value);
      if (candidate) {
        Set<Integer> more = new HashSet<>(done);
        more.add(i);
        Argument argument = each.argument();
        @Nullable Long after = argument == null ? value : Long.valueOf(argument.written());
        if (existsOrder(history, more, after)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean legal(Operation operation, @Nullable Long value) {
    if (operation.function() == Function.READ) {
      return operation.outcome() == Outcome.UNKNOWN || Objects.equals(operation.value(), value);
    }
    Argument argument = Objects.requireNonNull(operation.argument());
    return operation.function() == Function.WRITE || Objects.equals(argument.expected(), value);
  }
}

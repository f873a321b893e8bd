package dev.holdfast.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.RegisterTransaction;
import dev.holdfast.jepsen.history.RegisterTransaction.Body;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;
import org.jspecify.annotations.Nullable;

/** No false alarm, ever; and how much is found, beside a search that tries every order. */
class RegisterTransactionsProperties {
  private static final List<String> KEYS = List.of("x", "y", "z");
  private static final long BEFORE_ALL = -1_000;
  private static final int CAUGHT_PERCENT_MIN = 94; // measured: 98 to 99

  @Property(tries = 2_000)
  void acceptsWhatRealRegistersDid(@ForAll long seed) {
    Random random = new Random(seed);
    List<RegisterTransaction> history = historyOfRegisters(random, 2 + random.nextInt(120));

    if (succeeded(history)) {
      assertThat(RegisterTransactions.check(history)).isEqualTo(Verdict.valid());
    }
  }

  @Property(tries = 10_000)
  void refusesOnlyWhatNoOrderExplainsAndMostOfIt(@ForAll long seed) {
    Random random = new Random(seed);
    List<RegisterTransaction> history = historyOfRegisters(random, 4 + random.nextInt(3));
    for (int mistake = 1 + random.nextInt(4); mistake > 0; mistake--) {
      distort(random, history);
    }

    Verdict verdict = RegisterTransactions.check(history);

    boolean refused = verdict.kind() == Verdict.Kind.INVALID;
    boolean explained = succeeded(history) && existsOrder(history, new BitSet(), new HashMap<>());
    if (explained) {
      assertThat(verdict).as("of %s", history).isEqualTo(Verdict.valid());
    } else {
      Statistics.label("caught")
          .collect(refused)
          .coverage(
              coverage -> coverage.check(true).percentage(share -> share > CAUGHT_PERCENT_MIN));
    }
    Statistics.label("explained")
        .collect(explained)
        .coverage(
            coverage -> {
              coverage.check(true).percentage(share -> share > 10);
              coverage.check(false).percentage(share -> share > 10);
            });
  }

  private static boolean succeeded(List<RegisterTransaction> history) {
    return history.stream().anyMatch(each -> each.outcome() == Outcome.OK);
  }

  /** Transactions that took effect one by one, each at an instant between call and return. */
  private static List<RegisterTransaction> historyOfRegisters(Random random, int count) {
    Map<String, Long> state = new HashMap<>();
    List<RegisterTransaction> history = new ArrayList<>();
    int spread = 1 + random.nextInt(80); // how much of it happens at the same time
    if (random.nextBoolean()) { // so that the absence of a value orders nothing
      Body body = Body.write(Map.of("x", -1L, "y", -1L, "z", -1L));
      state.putAll(body.writes());
      history.add(RegisterTransaction.of(-1, body, Outcome.OK, BEFORE_ALL, BEFORE_ALL));
    }
    for (int i = 0; i < count; i++) {
      Body body = arbitraryBody(random, i, state);
      Outcome outcome = arbitraryOutcome(random, !body.writes().isEmpty());
      long instant = 10L * i;
      long call = instant - random.nextInt(spread);
      long end = instant + random.nextInt(spread);
      if (outcome == Outcome.UNKNOWN && random.nextBoolean()) {
        end = call; // it took effect, or not, after its client had given up
      }
      if (outcome == Outcome.OK || (outcome == Outcome.UNKNOWN && random.nextBoolean())) {
        state.putAll(body.writes());
      }
      history.add(RegisterTransaction.of(i, body, outcome, call, end));
    }
    return history;
  }

  private static Body arbitraryBody(Random random, long value, Map<String, Long> state) {
    Map<String, @Nullable Long> seen = new TreeMap<>();
    Map<String, Long> written = new TreeMap<>();
    for (String key : KEYS) {
      if (random.nextInt(3) > 0) {
        seen.put(key, state.get(key));
      }
      if (random.nextInt(3) == 0) {
        written.put(key, value);
      }
    }
    return switch (random.nextInt(3)) {
      case 0 -> Body.read(seen);
      case 1 -> Body.write(written);
      default -> new Body(seen, written);
    };
  }

  private static Outcome arbitraryOutcome(Random random, boolean mayBeUnknown) {
    return switch (random.nextInt(8)) {
      case 0 -> Outcome.FAILED;
      case 1, 2 -> mayBeUnknown ? Outcome.UNKNOWN : Outcome.OK;
      default -> Outcome.OK;
    };
  }

  /** Makes one transaction see another value, of those that somebody may have written, or none. */
  private static void distort(Random random, List<RegisterTransaction> history) {
    int place = random.nextInt(history.size());
    RegisterTransaction old = history.get(place);
    if (old.reads().isEmpty()) {
      return;
    }
    List<String> keys = List.copyOf(old.reads().keySet());
    String key = keys.get(random.nextInt(keys.size()));
    List<@Nullable Long> values = new ArrayList<>();
    if (history.get(0).callNanos() > BEFORE_ALL) {
      values.add(null);
    }
    for (RegisterTransaction each : history) {
      Long written = each.writes().get(key);
      if (each.process() != old.process() && each.outcome() != Outcome.FAILED && written != null) {
        values.add(written);
      }
    }
    Map<String, @Nullable Long> seen = new TreeMap<>(old.reads());
    seen.put(key, values.get(random.nextInt(values.size())));
    history.set(
        place,
        RegisterTransaction.of(
            old.process(),
            new Body(seen, old.writes()),
            old.outcome(),
            old.callNanos(),
            old.returnNanos()));
  }

  private static boolean existsOrder(
      List<RegisterTransaction> history, BitSet done, Map<String, Long> state) {
    long earliestReturn = Long.MAX_VALUE;
    for (int i = 0; i < history.size(); i++) {
      if (!done.get(i) && history.get(i).outcome() == Outcome.OK) {
        earliestReturn = Math.min(earliestReturn, history.get(i).returnNanos());
      }
    }
    if (earliestReturn == Long.MAX_VALUE) {
      return true;
    }
    for (int i = 0; i < history.size(); i++) {
      RegisterTransaction each = history.get(i);
      boolean candidate =
          !done.get(i)
              && each.outcome() != Outcome.FAILED
              && each.callNanos() <= earliestReturn
              && sees(each, state);
      if (candidate) {
        BitSet more = (BitSet) done.clone();
        more.set(i);
        Map<String, Long> after = new HashMap<>(state);
        after.putAll(each.writes());
        if (existsOrder(history, more, after)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean sees(RegisterTransaction transaction, Map<String, Long> state) {
    return transaction.reads().entrySet().stream()
        .allMatch(read -> Objects.equals(read.getValue(), state.get(read.getKey())));
  }
}

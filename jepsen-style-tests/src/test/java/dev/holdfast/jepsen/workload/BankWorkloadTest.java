package dev.holdfast.jepsen.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.checker.BankTotal;
import dev.holdfast.jepsen.checker.Verdict;
import dev.holdfast.jepsen.history.BankOperation;
import dev.holdfast.jepsen.history.Recorder;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Workload and checker together find out a bank that makes money, or loses it. */
class BankWorkloadTest {
  private static final int STEPS = 150;

  private enum Mistake {
    NONE,
    PAYS_ONLY,
    OVERDRAWS,
    REFUSES_ALL
  }

  private record Bank(Map<String, Long> balances, Mistake mistake) implements Accounts {
    @Override
    public boolean transfer(Map<String, Long> changes) {
      boolean suffices =
          changes.entrySet().stream()
              .allMatch(change -> balances.getOrDefault(change.getKey(), 0L) >= -change.getValue());
      if (mistake == Mistake.REFUSES_ALL || (!suffices && mistake != Mistake.OVERDRAWS)) {
        return false;
      }
      changes.forEach(
          (account, change) -> {
            if (mistake != Mistake.PAYS_ONLY || change > 0) {
              balances.merge(account, change, Long::sum);
            }
          });
      return true;
    }

    @Override
    public void close() {}
  }

  private static Verdict judge(Mistake mistake) {
    Recorder<BankOperation> recorder = new Recorder<>();
    BankWorkload workload = new BankWorkload(recorder);
    Bank bank = new Bank(new TreeMap<>(BankWorkload.atFirst()), mistake);
    AtomicInteger steps = new AtomicInteger();
    workload.run(bank, new Random(1), () -> steps.incrementAndGet() > STEPS);
    workload.readAll(bank);
    return BankTotal.check(recorder.operations(), BankWorkload.atFirst());
  }

  @Test
  void aCorrectBankKeepsItsTotal() {
    assertThat(judge(Mistake.NONE)).isEqualTo(Verdict.valid());
  }

  @Test
  void aBankThatPaysOutWithoutTakingIsFoundOut() {
    assertThat(judge(Mistake.PAYS_ONLY).explanation()).contains("instead of 200");
  }

  @Test
  void anOverdrawnAccountIsFoundOut() {
    assertThat(judge(Mistake.OVERDRAWS).explanation()).startsWith("not what accounts may be");
  }

  @Test
  void aBankThatNeverTransfersIsNoTest() {
    assertThat(judge(Mistake.REFUSES_ALL).explanation()).startsWith("no TRANSFER succeeded");
  }
}

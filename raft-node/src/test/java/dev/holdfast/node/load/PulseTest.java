package dev.holdfast.node.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.rpc.NodeReport;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PulseTest {
  private static final int SLOW_MACHINE_MICROS = 10_000_000;

  @TempDir Path directory;

  @Test
  void itTellsCoresTimeAndHowLateThingsAre() throws Exception {
    try (Pulse pulse = new Pulse(0.66, directory.resolve("pulse"))) {
      NodeReport.Vitals first = pulse.vitals(false);
      NodeReport.Vitals later = pulse.vitals(false);

      assertThat(first.cores()).isEqualTo(0.66);
      assertThat(first.cpuShare()).isBetween(0.0, 1.0);
      assertThat(first.stallMicros()).isBetween(0L, (long) SLOW_MACHINE_MICROS);
      assertThat(later.clockMicros()).isGreaterThanOrEqualTo(first.clockMicros());
      assertThat(directory.resolve("pulse")).exists();
    }
  }

  /** The beat that is missing counts from when it was due: here, once nobody beats any more. */
  @Test
  void whatDoesNotComeBackAtAllIsAsLateAsItIs() throws Exception {
    Pulse pulse = new Pulse(1, directory.resolve("pulse"));
    pulse.close();
    long ended = pulse.vitals(false).clockMicros();
    long stall = 0;
    while (stall < 300_000) { // grows with time, without another beat
      stall = pulse.vitals(false).stallMicros();
      Thread.onSpinWait();
    }

    assertThat(pulse.vitals(false).clockMicros()).isGreaterThanOrEqualTo(ended + 100_000);
  }
}

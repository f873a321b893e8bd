package dev.holdfast.jepsen.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.history.Operation.Argument;
import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryWriterTest {
  private static final List<Operation> HISTORY =
      List.of(
          Operation.compareAndSet(1, "x", Outcome.UNKNOWN, new Argument(null, 5), 10, 40),
          Operation.read(2, "x", Outcome.OK, 5L, 20, 30));

  @Test
  void writesEventsInTimeOrderAsEdn() {
    assertThat(HistoryWriter.edn(HISTORY).lines())
        .containsExactly(
            "{:index 0, :time 10, :type :invoke, :process 1, :f :cas, :value [\"x\" [nil 5]]}",
            "{:index 1, :time 20, :type :invoke, :process 2, :f :read, :value [\"x\" nil]}",
            "{:index 2, :time 30, :type :ok, :process 2, :f :read, :value [\"x\" 5]}",
            "{:index 3, :time 40, :type :info, :process 1, :f :cas, :value [\"x\" [nil 5]]}");
  }

  @Test
  void writesTheSameEventsAsJsonLines() {
    assertThat(HistoryWriter.jsonLines(HISTORY).lines())
        .contains(
            "{\"index\":0,\"time\":10,\"type\":\"invoke\",\"process\":1,\"f\":\"cas\","
                + "\"value\":[\"x\",[null, 5]]}",
            "{\"index\":2,\"time\":30,\"type\":\"ok\",\"process\":2,\"f\":\"read\","
                + "\"value\":[\"x\",5]}");
  }
}

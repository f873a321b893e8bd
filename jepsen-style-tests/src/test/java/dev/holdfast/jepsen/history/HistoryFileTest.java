package dev.holdfast.jepsen.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.jepsen.history.ListOperation.Body;
import dev.holdfast.jepsen.history.Operation.Argument;
import dev.holdfast.jepsen.history.Operation.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFileTest {
  private static final List<Operation> REGISTER =
      List.of(
          Operation.compareAndSet(1, "x", Outcome.UNKNOWN, new Argument(null, 5), 10, 40),
          Operation.read(2, "x", Outcome.OK, 5L, 20, 30));

  @TempDir private Path directory;

  private static <O extends Timed> History history(List<O> operations, Notation<O> notation) {
    return new History(
        "some", 7, new TreeMap<>(Map.of("api", "native")), History.events(operations, notation));
  }

  private List<String> edn(History history) throws IOException {
    Path file = directory.resolve("history.edn");
    HistoryFile.writeEdn(history, file);
    return Files.readAllLines(file);
  }

  private List<String> json(History history) throws IOException {
    Path file = directory.resolve("history.jsonl");
    HistoryFile.writeJson(history, file);
    return Files.readAllLines(file);
  }

  private History read(List<String> lines) throws IOException {
    Path file = directory.resolve("history.jsonl");
    Files.write(file, lines);
    return HistoryFile.read(file);
  }

  @Test
  void writesRegistersAsJepsenDoes() throws IOException {
    assertThat(edn(history(REGISTER, new RegisterNotation())))
        .containsExactly(
            "{:index 0, :time 10, :type :invoke, :process 1, :f :cas, :value [\"x\" [nil 5]]}",
            "{:index 1, :time 20, :type :invoke, :process 2, :f :read, :value [\"x\" nil]}",
            "{:index 2, :time 30, :type :ok, :process 2, :f :read, :value [\"x\" 5]}",
            "{:index 3, :time 40, :type :info, :process 1, :f :cas, :value [\"x\" [nil 5]]}");
  }

  @Test
  void writesTheSameEventsAsJsonLinesBetweenAHeaderAndAnEnd() throws IOException {
    assertThat(json(history(REGISTER, new RegisterNotation())))
        .containsExactly(
            "{\"about\":{\"api\":\"native\"},\"format\":\"holdfast-history\",\"seed\":7,"
                + "\"version\":1,\"workload\":\"some\"}",
            "{\"index\":0,\"time\":10,\"type\":\"invoke\",\"process\":1,\"f\":\"cas\","
                + "\"value\":[\"x\",[null,5]]}",
            "{\"index\":1,\"time\":20,\"type\":\"invoke\",\"process\":2,\"f\":\"read\","
                + "\"value\":[\"x\",null]}",
            "{\"index\":2,\"time\":30,\"type\":\"ok\",\"process\":2,\"f\":\"read\","
                + "\"value\":[\"x\",5]}",
            "{\"index\":3,\"time\":40,\"type\":\"info\",\"process\":1,\"f\":\"cas\","
                + "\"value\":[\"x\",[null,5]]}",
            "{\"end\":4}");
  }

  @Test
  void writesListsInTheFormOfElle() throws IOException {
    Body body = new Body(Map.of("x", List.of(1L, 2L)), Map.of("y", 3L));

    assertThat(
            edn(
                history(
                    List.of(
                        ListOperation.of(1, body, Outcome.FAILED, 10, 40),
                        ListOperation.of(2, body, Outcome.OK, 20, 30)),
                    new ListNotation())))
        .contains(
            "{:index 1, :time 20, :type :invoke, :process 2, :f :txn,"
                + " :value [[:r \"x\" nil] [:append \"y\" 3]]}",
            "{:index 2, :time 30, :type :ok, :process 2, :f :txn,"
                + " :value [[:r \"x\" [1 2]] [:append \"y\" 3]]}",
            "{:index 3, :time 40, :type :fail, :process 1, :f :txn,"
                + " :value [[:r \"x\" nil] [:append \"y\" 3]]}");
  }

  @Test
  void writesAccountsAsJepsensBankDoes() throws IOException {
    TreeMap<String, Long> changes = new TreeMap<>(Map.of("a", -5L, "b", 5L));
    TreeMap<String, Long> balances = new TreeMap<>(Map.of("a", 5L, "b", 15L));

    assertThat(
            edn(
                history(
                    List.of(
                        new BankOperation(
                            1, BankOperation.Function.TRANSFER, changes, Outcome.FAILED, 10, 20),
                        new BankOperation(
                            2, BankOperation.Function.READ, balances, Outcome.OK, 30, 40)),
                    new BankNotation())))
        .contains(
            "{:index 0, :time 10, :type :invoke, :process 1, :f :transfer,"
                + " :value {\"a\" -5, \"b\" 5}}",
            "{:index 2, :time 30, :type :invoke, :process 2, :f :read, :value nil}",
            "{:index 3, :time 40, :type :ok, :process 2, :f :read,"
                + " :value {\"a\" 5, \"b\" 15}}");
  }

  @Test
  void whatWasWrittenIsReadAgain() throws IOException {
    List<Event> events = new ArrayList<>(History.events(REGISTER, new RegisterNotation()));
    events.add(
        new Event(15, Event.Type.INFO, Event.NEMESIS, "kill-leader", Form.of("\"n1\" </b> ended")));
    History history = new History("register", -3, new TreeMap<>(Map.of("api", "é\n")), events);

    History again = read(json(history));

    assertThat(again).isEqualTo(history);
    assertThat(again.operations(new RegisterNotation())).isEqualTo(REGISTER);
  }

  @Test
  void aTruncatedHistoryIsRefused() throws IOException {
    List<String> lines = json(history(REGISTER, new RegisterNotation()));

    assertThatThrownBy(() -> read(lines.subList(0, lines.size() - 1)))
        .isInstanceOf(BrokenHistoryException.class)
        .hasMessageContaining("truncated");
    List<String> cut = new ArrayList<>(lines.subList(0, 3));
    cut.add(lines.get(3).substring(0, 20));
    assertThatThrownBy(() -> read(cut))
        .isInstanceOf(BrokenHistoryException.class)
        .hasMessageContaining("line 4");
    List<String> holed = new ArrayList<>(lines);
    holed.remove(2);
    assertThatThrownBy(() -> read(holed))
        .isInstanceOf(BrokenHistoryException.class)
        .hasMessageContaining("its last line speaks of 4 events, and there are 3");
    assertThatThrownBy(() -> read(List.of()))
        .isInstanceOf(BrokenHistoryException.class)
        .hasMessageContaining("not a history");
  }

  @Test
  void anUnknownVersionIsRefused() throws IOException {
    List<String> lines = new ArrayList<>(json(history(REGISTER, new RegisterNotation())));
    lines.set(0, lines.get(0).replace("\"version\":1", "\"version\":2"));

    assertThatThrownBy(() -> read(lines))
        .isInstanceOf(BrokenHistoryException.class)
        .hasMessageContaining("version 2");
  }

  @Test
  void callsAndEndsThatDoNotPairUpAreRefused() {
    Event call = new Event(1, Event.Type.INVOKE, 3, "read", Form.sequence());
    Event end = new Event(2, Event.Type.OK, 3, "write", Form.sequence());

    for (List<Event> events : List.of(List.of(call), List.of(end), List.of(call, call, end))) {
      History history = new History("register", 1, new TreeMap<>(), events);
      assertThatThrownBy(() -> history.operations(new RegisterNotation()))
          .isInstanceOf(BrokenHistoryException.class);
    }
  }
}

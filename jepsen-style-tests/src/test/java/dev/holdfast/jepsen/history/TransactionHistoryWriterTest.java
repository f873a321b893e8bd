package dev.holdfast.jepsen.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.history.ListOperation.Body;
import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TransactionHistoryWriterTest {
  @Test
  void writesListsInTheFormOfElle() {
    Body body = new Body(Map.of("x", List.of(1L, 2L)), Map.of("y", 3L));

    String text =
        TransactionHistoryWriter.lists(
            List.of(
                ListOperation.of(1, body, Outcome.UNKNOWN, 10, 40),
                ListOperation.of(2, body, Outcome.OK, 20, 30)));

    String unseen = ":f :txn, :value [[:r \"x\" nil] [:append \"y\" 3]]}";
    assertThat(text.lines())
        .containsExactly(
            "{:index 0, :time 10, :type :invoke, :process 1, " + unseen,
            "{:index 1, :time 20, :type :invoke, :process 2, " + unseen,
            "{:index 2, :time 30, :type :ok, :process 2, :f :txn,"
                + " :value [[:r \"x\" [1 2]] [:append \"y\" 3]]}",
            "{:index 3, :time 40, :type :info, :process 1, " + unseen);
  }

  @Test
  void writesAccountsAsJepsensBankDoes() {
    TreeMap<String, Long> changes = new TreeMap<>(Map.of("a", -5L, "b", 5L));
    TreeMap<String, Long> balances = new TreeMap<>(Map.of("a", 5L, "b", 15L));

    String text =
        TransactionHistoryWriter.bank(
            List.of(
                new BankOperation(
                    1, BankOperation.Function.TRANSFER, changes, Outcome.FAILED, 10, 20),
                new BankOperation(2, BankOperation.Function.READ, balances, Outcome.OK, 30, 40)));

    assertThat(text.lines())
        .containsExactly(
            "{:index 0, :time 10, :type :invoke, :process 1, :f :transfer,"
                + " :value {\"a\" -5, \"b\" 5}}",
            "{:index 1, :time 20, :type :fail, :process 1, :f :transfer,"
                + " :value {\"a\" -5, \"b\" 5}}",
            "{:index 2, :time 30, :type :invoke, :process 2, :f :read, :value nil}",
            "{:index 3, :time 40, :type :ok, :process 2, :f :read,"
                + " :value {\"a\" 5, \"b\" 15}}");
  }
}

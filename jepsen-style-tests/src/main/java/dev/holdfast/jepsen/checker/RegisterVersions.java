package dev.holdfast.jepsen.checker;

import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.RegisterTransaction;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who wrote and who saw each value of each register; and what is wrong already with the values
 * alone.
 */
final class RegisterVersions {
  private final List<RegisterTransaction> history;
  private final Map<String, Map<Long, Integer>> writers = new HashMap<>();
  private final BitSet effective = new BitSet(); // succeeded, or was seen to have

  RegisterVersions(List<RegisterTransaction> history) {
    this.history = history;
    for (int i = 0; i < history.size(); i++) {
      for (Map.Entry<String, Long> write : history.get(i).writes().entrySet()) {
        Map<Long, Integer> ofKey = writers.computeIfAbsent(write.getKey(), any -> new HashMap<>());
        if (ofKey.putIfAbsent(write.getValue(), i) != null) {
          throw new IllegalArgumentException(
              write.getValue() + " is written twice to " + write.getKey());
        }
      }
    }
    findEffective();
  }

  /** Reads of transactions that took effect say which others did. */
  private void findEffective() {
    List<Integer> unread = new ArrayList<>();
    for (int i = 0; i < history.size(); i++) {
      if (history.get(i).outcome() == Outcome.OK) {
        effective.set(i);
        unread.add(i);
      }
    }
    while (!unread.isEmpty()) {
      RegisterTransaction reader = history.get(unread.remove(unread.size() - 1));
      reader
          .reads()
          .forEach(
              (key, value) -> {
                int writer = writer(key, value);
                boolean isNews = writer >= 0 && !effective.get(writer);
                if (isNews && history.get(writer).outcome() == Outcome.UNKNOWN) {
                  effective.set(writer);
                  unread.add(writer);
                }
              });
    }
  }

  /** -1 for nobody, and for the absence of a value. */
  private int writer(String key, @Nullable Long value) {
    if (value == null) {
      return Version.NOBODY;
    }
    return writers.getOrDefault(key, Map.of()).getOrDefault(value, Version.NOBODY);
  }

  /** Whether the transaction took effect, as far as anybody can tell. */
  boolean isEffective(int transaction) {
    return effective.get(transaction);
  }

  /** What is wrong with the values alone, in words; null when nothing is. */
  @Nullable String violation() {
    for (int i = effective.nextSetBit(0); i >= 0; i = effective.nextSetBit(i + 1)) {
      RegisterTransaction reader = history.get(i);
      for (Map.Entry<String, @Nullable Long> read : reader.reads().entrySet()) {
        String wrong = violation(i, read.getKey(), read.getValue());
        if (wrong != null) {
          return wrong + ", seen by " + Described.transaction(reader);
        }
      }
    }
    return null;
  }

  private @Nullable String violation(int reader, String key, @Nullable Long value) {
    if (value == null) {
      return null;
    }
    int writer = writer(key, value);
    if (writer == Version.NOBODY) {
      return "garbage read: nobody wrote " + key + "=" + value;
    }
    if (writer == reader) {
      return "future read: " + key + "=" + value + " is written by the transaction that saw it";
    }
    return history.get(writer).outcome() == Outcome.FAILED
        ? "aborted read (G1a): the write of " + key + "=" + value + " failed"
        : null;
  }

  /** In the order of their keys. Only for a history without {@link #violation()}. */
  Collection<Register> registers() {
    Map<String, Register> registers = new TreeMap<>();
    for (int i = effective.nextSetBit(0); i >= 0; i = effective.nextSetBit(i + 1)) {
      int writer = i;
      history
          .get(i)
          .writes()
          .forEach((key, value) -> registerOf(registers, key).addWriter(value, writer));
    }
    for (int i = effective.nextSetBit(0); i >= 0; i = effective.nextSetBit(i + 1)) {
      RegisterTransaction reader = history.get(i);
      for (Map.Entry<String, @Nullable Long> read : reader.reads().entrySet()) {
        Long written = reader.writes().get(read.getKey());
        registerOf(registers, read.getKey()).addReader(read.getValue(), i, written);
      }
    }
    return registers.values();
  }

  private static Register registerOf(Map<String, Register> registers, String key) {
    return Objects.requireNonNull(registers.computeIfAbsent(key, Register::new));
  }
}

package dev.holdfast.jepsen.checker;

import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.RegisterTransaction;
import java.util.List;

/**
 * Versions of one register that directly follow each other, and the times of those who wrote or saw
 * one. Invariant: no other version is between two of them, so that another chain is before all or
 * after all; and a transaction touches one chain of a register only.
 */
final class Chain {
  /** Of some transactions: who ended first and who was called last. */
  static final class Times {
    int firstEnded = -1;
    int lastCalled = -1;
    long endedNanos = Long.MAX_VALUE; // of an unknown outcome nobody knows
    long calledNanos = Long.MIN_VALUE;

    private void add(int index, RegisterTransaction transaction) {
      if (transaction.outcome() == Outcome.OK && transaction.returnNanos() < endedNanos) {
        firstEnded = index;
        endedNanos = transaction.returnNanos();
      }
      if (transaction.callNanos() > calledNanos) {
        lastCalled = index;
        calledNanos = transaction.callNanos();
      }
    }

    /** One of these had ended before one of the others was called. */
    boolean isBefore(Times other) {
      return endedNanos < other.calledNanos;
    }
  }

  final List<Version> versions;
  final Times all = new Times();
  final Times writers = new Times();

  Chain(List<Version> versions, List<RegisterTransaction> history) {
    this.versions = versions;
    for (Version version : versions) {
      if (!version.isInitial()) {
        all.add(version.writer, history.get(version.writer));
        writers.add(version.writer, history.get(version.writer));
      }
      version.readers.forEach(reader -> all.add(reader, history.get(reader)));
    }
  }

  Version first() {
    return versions.get(0);
  }

  Version last() {
    return versions.get(versions.size() - 1);
  }

  /**
   * From the end of one to the call of another this was the value all the time (Gibbons and Korach,
   * 1997: a forward zone). No two chains of a register may have such times in common.
   */
  boolean isHeld() {
    return all.isBefore(all);
  }

  /** Who wrote the version that this one wrote or, if it wrote none, saw. */
  int writerFor(int transaction) {
    for (Version version : versions) {
      if (version.writer == transaction) {
        return transaction;
      }
    }
    for (Version version : versions) {
      if (version.readers.contains(transaction)) {
        return version.writer;
      }
    }
    throw new IllegalArgumentException("it did not touch the chain");
  }
}

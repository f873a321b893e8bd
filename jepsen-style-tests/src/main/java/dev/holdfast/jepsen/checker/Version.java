package dev.holdfast.jepsen.checker;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One value of one register: who wrote it and who saw it, of all that took effect. */
final class Version {
  /** Of the version that was there before all writes. */
  static final int NOBODY = -1;

  final int writer;
  final List<Integer> readers = new ArrayList<>();
  @Nullable Version next; // written by one that saw this version, so there is none between
  boolean hasPrevious; // it is the next of some version

  Version(int writer) {
    this.writer = writer;
  }

  boolean isInitial() {
    return writer == NOBODY;
  }
}

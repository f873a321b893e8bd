package dev.holdfast.statemachine.evaluation;

import dev.holdfast.protocol.model.Bytes;

/**
 * Finds bytes within bytes in time linear in both, whatever a client has made them: conditions run
 * while a partition applies its log. Source: Knuth, Morris, Pratt, "Fast pattern matching in
 * strings", 1977.
 */
final class ByteSearch {
  private ByteSearch() {}

  static boolean contains(Bytes whole, Bytes part) {
    if (part.size() > whole.size()) {
      return false;
    }
    int[] fallback = fallback(part);
    int matched = 0;
    for (int at = 0; at < whole.size() && matched < part.size(); at++) {
      matched = extended(part, fallback, matched, whole.get(at));
    }
    return matched == part.size();
  }

  /** For each length of a match, the next shorter one that is also a beginning of the part. */
  private static int[] fallback(Bytes part) {
    int[] fallback = new int[part.size() + 1];
    int matched = 0;
    for (int at = 1; at < part.size(); at++) {
      matched = extended(part, fallback, matched, part.get(at));
      fallback[at + 1] = matched;
    }
    return fallback;
  }

  private static int extended(Bytes part, int[] fallback, int matched, byte next) {
    int length = matched;
    while (length > 0 && part.get(length) != next) {
      length = fallback[length];
    }
    return part.get(length) == next ? length + 1 : 0;
  }
}

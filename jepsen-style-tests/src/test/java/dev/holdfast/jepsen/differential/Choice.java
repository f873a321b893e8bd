package dev.holdfast.jepsen.differential;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/** Arbitrary texts; what is first among several is what a failure shrinks to. */
final class Choice {
  private Choice() {}

  static Arbitrary<String> of(String... texts) {
    return Arbitraries.of(texts);
  }

  static Arbitrary<String> of(List<String> texts) {
    return Arbitraries.of(texts);
  }

  /** One of these as a JSON string. */
  static Arbitrary<String> word(String... words) {
    return Arbitraries.of(words).map(Members::quoted);
  }

  /** In one of three cases a text, otherwise none. */
  static Arbitrary<String> maybe(Arbitrary<String> text) {
    return oneIn(3, text);
  }

  /** In one of so many cases a text, otherwise none. */
  static Arbitrary<String> oneIn(int cases, Arbitrary<String> text) {
    return Arbitraries.frequencyOf(Tuple.of(cases - 1, Arbitraries.just("")), Tuple.of(1, text));
  }

  /** Mostly the first, in one of so many cases the other. */
  static <T> Arbitrary<T> rarely(int cases, Arbitrary<T> usual, Arbitrary<T> odd) {
    return Arbitraries.frequencyOf(Tuple.of(cases - 1, usual), Tuple.of(1, odd));
  }
}

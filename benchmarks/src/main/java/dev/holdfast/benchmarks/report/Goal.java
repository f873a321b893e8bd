package dev.holdfast.benchmarks.report;

import dev.holdfast.benchmarks.load.Operation;
import java.util.OptionalDouble;

/**
 * A ratio of two things measured in one run, and what it should be.
 *
 * @param value of both, as medians over the rounds
 */
public record Goal(
    String title, Term numerator, Term denominator, Ratio.Value value, Bound bound, double limit) {
  /** What was measured. */
  public record Term(String system, Operation operation, int outstanding) {}

  /** Which side of the limit is good. */
  public enum Bound {
    AT_MOST,
    AT_LEAST
  }

  /** Empty when one of the two was not measured, or is 0. */
  OptionalDouble ratio(Medians medians) {
    OptionalDouble above = median(medians, numerator);
    OptionalDouble below = median(medians, denominator);
    return above.isPresent() && below.isPresent() && below.getAsDouble() > 0
        ? OptionalDouble.of(above.getAsDouble() / below.getAsDouble())
        : OptionalDouble.empty();
  }

  boolean isMetBy(double ratio) {
    return switch (bound) {
      case AT_MOST -> ratio <= limit;
      case AT_LEAST -> ratio >= limit;
    };
  }

  private OptionalDouble median(Medians medians, Term term) {
    return medians.of(term.system(), term.operation(), term.outstanding(), value);
  }
}

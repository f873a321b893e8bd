package dev.holdfast.protocol.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * By which attribute the items of a table expire. Source: AWS Developer Guide, "Using time to live
 * (TTL) in DynamoDB".
 *
 * @param attribute holds the time, in seconds since the epoch
 * @param since version of the table with which it began: tells it from every other one that the
 *     table has had, of the same attribute, too
 */
public record TimeToLive(String attribute, State state, long since) {
  /** Of an item that does not expire. */
  public static final long NEVER = -1;

  public static final int ATTRIBUTE_NAME_MAX = 255;

  /** What expired longer ago is taken for a mistake, and stays: five years, of 365 days. */
  private static final long PAST_SECONDS_MAX = 5L * 365 * 24 * 60 * 60;

  /** So that every second fits into a long. */
  private static final int DIGITS_MAX = 18;

  /** DynamoDB's states but DISABLED, of which a table has nothing to remember. */
  public enum State {
    /** Some items that were there before may not be known to expire yet. */
    ENABLING,
    ENABLED,
    /** Some partitions may not know yet that nothing expires any more. */
    DISABLING
  }

  /** Whether items expire. */
  public boolean isOn() {
    return state != State.DISABLING;
  }

  /** Whether partitions have something to do yet. */
  public boolean isChanging() {
    return state != State.ENABLED;
  }

  public TimeToLive withState(State newState) {
    return new TimeToLive(attribute, newState, since);
  }

  /**
   * The first whole second at which an item has expired, above zero; {@link #NEVER} when it has no
   * such attribute, or one that is not a number, or no time.
   */
  public long expirySecond(@Nullable Item item) {
    EncodedValue value = item == null ? null : item.attribute(attribute);
    if (value == null || value.type() != AttributeType.N) {
      return NEVER;
    }
    BigDecimal number = value.number();
    if (number.signum() <= 0 || number.precision() - number.scale() > DIGITS_MAX) {
      return NEVER;
    }
    return number.setScale(0, RoundingMode.CEILING).longValueExact();
  }

  /** The earliest second at which an item that is deleted now may have expired. */
  public static long earliestDue(long nowSeconds) {
    return nowSeconds - PAST_SECONDS_MAX;
  }
}

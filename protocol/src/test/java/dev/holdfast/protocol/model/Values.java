package dev.holdfast.protocol.model;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Random values, numbers and items, with a liking for the edges. */
public final class Values {
  private Values() {}

  /** Canonical numbers over the whole range, small integers among them. */
  public static Arbitrary<BigDecimal> numbers() {
    Arbitrary<BigDecimal> small = Arbitraries.longs().between(-1000, 1000).map(BigDecimal::valueOf);
    Arbitrary<BigDecimal> decimals =
        Combinators.combine(
                Arbitraries.longs().between(-100_000, 100_000),
                Arbitraries.integers().between(0, 6))
            .as(BigDecimal::valueOf);
    return Arbitraries.oneOf(small, decimals, wideNumbers()).map(DynamoNumber::canonical);
  }

  /** Any string that UTF-8 can carry: zero, one to four bytes per character, empty. */
  public static Arbitrary<String> strings() {
    Arbitrary<Integer> codePoints =
        Arbitraries.oneOf(
            Arbitraries.integers().between(0, 3),
            Arbitraries.integers().between('a', 'e'),
            Arbitraries.integers().between(0x7e, 0x801),
            Arbitraries.integers().between(0xd000, 0xd7ff),
            Arbitraries.integers().between(0xe000, 0x10ffff));
    return codePoints
        .list()
        .ofMaxSize(6)
        .map(
            points -> {
              StringBuilder text = new StringBuilder();
              points.forEach(text::appendCodePoint);
              return text.toString();
            });
  }

  public static Arbitrary<Bytes> binaries() {
    Arbitrary<Byte> bytes =
        Arbitraries.oneOf(
            Arbitraries.of((byte) 0, (byte) 1, (byte) 0xff, (byte) 0xfe), Arbitraries.bytes());
    return bytes.array(byte[].class).ofMaxSize(6).map(Bytes::wrap);
  }

  public static Arbitrary<AttributeValue> scalars() {
    return Arbitraries.oneOf(
        strings().map(AttributeValue.S::new),
        numbers().map(AttributeValue.N::new),
        binaries().map(AttributeValue.B::new));
  }

  public static Arbitrary<AttributeValue> values(int depth) {
    Arbitrary<AttributeValue> flat =
        Arbitraries.oneOf(
            scalars(),
            Arbitraries.of(true, false).map(AttributeValue.Bool::new),
            Arbitraries.just(new AttributeValue.Null()),
            strings().set().ofMinSize(1).ofMaxSize(5).map(TreeSet::new).map(AttributeValue.SS::new),
            numbers().set().ofMinSize(1).ofMaxSize(5).map(TreeSet::new).map(AttributeValue.NS::new),
            binaries()
                .set()
                .ofMinSize(1)
                .ofMaxSize(5)
                .map(TreeSet::new)
                .map(AttributeValue.BS::new));
    if (depth == 0) {
      return flat;
    }
    Arbitrary<AttributeValue> inner = values(depth - 1);
    return Arbitraries.frequencyOf(
        Tuple.of(4, flat),
        Tuple.of(1, inner.list().ofMaxSize(4).map(AttributeValue.L::new)),
        Tuple.of(1, Arbitraries.maps(strings(), inner).ofMaxSize(4).map(AttributeValue::m)));
  }

  public static Arbitrary<Map<String, AttributeValue>> items() {
    return Arbitraries.maps(strings(), values(1)).ofMaxSize(6).map(TreeMap::new);
  }

  /** One to three small damages: a byte changed, left out or doubled, or the end cut off. */
  public static Bytes damaged(Bytes bytes, long seed) {
    Random random = new Random(seed);
    byte[] array = bytes.toByteArray();
    for (int i = random.nextInt(3); i >= 0 && array.length > 0; i--) {
      int at = random.nextInt(array.length);
      switch (random.nextInt(4)) {
        case 0 -> array[at] = (byte) random.nextInt();
        case 1 -> array[at] = (byte) (array[at] + (random.nextBoolean() ? 1 : -1));
        case 2 -> array = Arrays.copyOf(array, at);
        default -> {
          byte[] longer = Arrays.copyOf(array, array.length + 1);
          System.arraycopy(array, at, longer, at + 1, array.length - at);
          array = longer;
        }
      }
    }
    return Bytes.wrap(array);
  }

  private static Arbitrary<BigDecimal> wideNumbers() {
    return Combinators.combine(
            Arbitraries.bigIntegers()
                .between(BigInteger.ONE, BigInteger.TEN.pow(38).subtract(BigInteger.ONE)),
            Arbitraries.integers().between(DynamoNumber.EXPONENT_MIN, DynamoNumber.EXPONENT_MAX),
            Arbitraries.of(true, false))
        .as(
            (digits, exponent, negative) -> {
              int scale = digits.toString().length() - 1 - exponent;
              return new BigDecimal(negative ? digits.negate() : digits, scale);
            });
  }
}

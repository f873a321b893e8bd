package dev.holdfast.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

class DynamoNumberProperties {
  private static final BigDecimal LARGEST =
      new BigDecimal("9.9999999999999999999999999999999999999E+125");
  private static final BigDecimal SMALLEST = new BigDecimal("1E-130");

  @Provide
  Arbitrary<BigDecimal> numbers() {
    return Values.numbers();
  }

  /** Well-formed numbers, many of them out of range or too precise. */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> digits = Arbitraries.strings().withChars("0123456789").ofMaxLength(45);
    Arbitrary<String> zeros = Arbitraries.strings().withChars('0').ofMaxLength(140);
    Arbitrary<String> exponents =
        Arbitraries.oneOf(
            Arbitraries.just(""),
            Combinators.combine(
                    Arbitraries.of("e", "E"),
                    Arbitraries.of("", "+", "-"),
                    Arbitraries.integers().between(0, 200))
                .as((e, sign, value) -> e + sign + value));
    return Combinators.combine(
            Arbitraries.of("", "-", "+"),
            Arbitraries.oneOf(digits, zeros),
            Arbitraries.of("", "."),
            Arbitraries.oneOf(digits, zeros),
            exponents)
        .as((sign, whole, point, fraction, exponent) -> sign + whole + point + fraction + exponent);
  }

  @Provide
  Arbitrary<String> junk() {
    return Arbitraries.strings().withChars("0129+-.eE x_").ofMaxLength(8);
  }

  @Property(tries = 3000)
  void parsingAgreesWithBigDecimal(@ForAll("texts") String text) {
    assertAgrees(text);
  }

  @Property(tries = 3000)
  void junkIsJudgedAsBigDecimalDoes(@ForAll("junk") String text) {
    assertAgrees(text);
  }

  @Property(tries = 1000)
  void canonicalTextIsPlainAndExact(@ForAll("numbers") BigDecimal number) {
    EncodedValue encoded = EncodedValue.ofNumber(number);
    String text = encoded.numberText();

    assertThat(text).matches("-?(0|[1-9][0-9]*)(\\.[0-9]*[1-9])?").isNotEqualTo("-0");
    assertThat(new BigDecimal(text)).isEqualByComparingTo(number);
    assertThat(encoded.number()).isEqualTo(DynamoNumber.canonical(number));
    assertThat(EncodedValue.checked(encoded.bytes())).isEqualTo(encoded);
    assertThat(new ItemEncoder().beginValue().number(text).finishValue()).isEqualTo(encoded);
    assertThat(new ItemEncoder().beginValue().number(number.toString()).finishValue())
        .isEqualTo(encoded);
  }

  @Property(tries = 1000)
  void sumsAreExactOrFail(@ForAll("numbers") BigDecimal left, @ForAll("numbers") BigDecimal right) {
    assertThat(valueOrNull(() -> DynamoNumber.add(left, right)))
        .isEqualTo(legalOrNull(left.add(right)));
    assertThat(valueOrNull(() -> DynamoNumber.subtract(left, right)))
        .isEqualTo(legalOrNull(left.subtract(right)));
  }

  @Example
  void failuresSayWhatDynamoSays() {
    assertThatThrownBy(() -> DynamoNumber.parse("1E126")).hasMessageContaining("Number overflow");
    assertThatThrownBy(() -> DynamoNumber.parse("-1E999999999999"))
        .hasMessageContaining("Number overflow");
    assertThatThrownBy(() -> DynamoNumber.parse("1E-131")).hasMessageContaining("Number underflow");
    assertThatThrownBy(() -> DynamoNumber.parse("1".repeat(39)))
        .hasMessage("Attempting to store more than 38 significant digits in a Number");
    assertThatThrownBy(() -> DynamoNumber.parse("abc"))
        .hasMessage("The parameter cannot be converted to a numeric value: abc");
    assertThat(DynamoNumber.parse("0E999999999999")).isEqualTo(BigDecimal.ZERO);
    assertThat(DynamoNumber.text(DynamoNumber.parse("-00100.2500e-1"))).isEqualTo("-10.025");
  }

  private static void assertAgrees(String text) {
    BigDecimal expected;
    try {
      expected = legalOrNull(new BigDecimal(text));
    } catch (NumberFormatException e) {
      expected = null;
    }
    assertThat(valueOrNull(() -> DynamoNumber.parse(text))).as(text).isEqualTo(expected);
  }

  private static @Nullable BigDecimal legalOrNull(BigDecimal number) {
    if (number.signum() == 0) {
      return BigDecimal.ZERO;
    }
    BigDecimal stripped = number.stripTrailingZeros();
    boolean isLegal =
        stripped.precision() <= 38
            && stripped.abs().compareTo(LARGEST) <= 0
            && stripped.abs().compareTo(SMALLEST) >= 0;
    return isLegal ? stripped : null;
  }

  private static @Nullable BigDecimal valueOrNull(java.util.function.Supplier<BigDecimal> number) {
    try {
      return number.get();
    } catch (IllegalArgumentException rejected) {
      return null;
    }
  }
}

package dev.holdfast.jepsen.differential;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Attribute values as JSON, of all types, and the numbers and nestings at the edges. */
final class ValueTexts {
  private static final List<String> EDGE_NUMBERS =
      List.of(
          "0",
          "-0",
          "1",
          "-1",
          "1.50",
          "007",
          "1e2",
          "100",
          "-0.001",
          "1E-130",
          "-1E-130",
          "1E125",
          "9.9999999999999999999999999999999999999E+125",
          "-9.9999999999999999999999999999999999999E+125",
          "12345678901234567890123456789012345678",
          "0.00012345678901234567890123456789012345678",
          "1.2345678901234567890123456789012345678E-100",
          "99999999999999999999999999999999999999");

  /** No numbers, or not DynamoDB's. */
  static final List<String> WRONG_NUMBERS =
      List.of(
          "abc",
          "1e126",
          "1e-131",
          "-1e126",
          "123456789012345678901234567890123456789",
          "1.23456789012345678901234567890123456789",
          "NaN",
          "Infinity",
          "1e",
          "--1",
          "1.2.3",
          "0x10",
          "1,5");

  private static final List<String> TEXTS =
      List.of("a", "", "ab", "abc", "b", "ba", "é", "\uD83D\uDE00", "\uFF5E", "A", "\\u0000", "1");
  private static final List<String> BINARIES =
      List.of("a", "", "ab", "b", "\u0000", "\u0000\u0001").stream()
          .map(ValueTexts::base64)
          .toList();

  private ValueTexts() {}

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  static Arbitrary<String> numbers() {
    Arbitrary<String> random =
        Combinators.combine(
                Arbitraries.strings().withCharRange('0', '9').ofMinLength(1).ofMaxLength(30),
                Arbitraries.integers().between(-90, 90),
                Arbitraries.of("", "-"))
            .as((digits, exponent, sign) -> sign + digits + (exponent == 0 ? "" : "E" + exponent));
    return Choice.rarely(4, Arbitraries.of(EDGE_NUMBERS), random);
  }

  /** Few values, so that keys meet. */
  static Arbitrary<String> key(String type) {
    return switch (type) {
      case "S" -> Choice.of("a", "b", "é", "ab", "\uD83D\uDE00", "\uFF5E").map(ValueTexts::string);
      case "N" -> Choice.of("0", "1", "-1", "1.50", "-2E3").map(ValueTexts::number);
      default ->
          Choice.of("a", "b", "ab", "\u0000").map(text -> typed("B", Members.quoted(base64(text))));
    };
  }

  static String string(String text) {
    return typed("S", Members.quoted(text));
  }

  static String number(String text) {
    return typed("N", Members.quoted(text));
  }

  static String typed(String type, String json) {
    return "{\"" + type + "\":" + json + "}";
  }

  static Arbitrary<String> ofType(String type) {
    return switch (type) {
      case "S" -> Arbitraries.of(TEXTS).map(ValueTexts::string);
      case "N" -> numbers().map(ValueTexts::number);
      case "B" -> Arbitraries.of(BINARIES).map(b -> typed("B", Members.quoted(b)));
      case "BOOL" -> Choice.of("true", "false").map(b -> typed("BOOL", b));
      case "NULL" -> Arbitraries.just(typed("NULL", "true"));
      case "SS" -> set(type, List.of("a", "", "b", "ab", "é", "\uD83D\uDE00", "\uFF5E"));
      case "NS" -> set(type, List.of("0", "1", "2.50", "-1", "10", "1E40", "-0.001"));
      case "BS" -> set(type, BINARIES);
      case "L" -> list(1);
      default -> map(1);
    };
  }

  private static Arbitrary<String> set(String type, List<String> elements) {
    return Arbitraries.of(elements)
        .list()
        .uniqueElements()
        .ofMinSize(1)
        .ofMaxSize(4)
        .map(
            chosen ->
                typed(
                    type,
                    chosen.stream()
                        .map(Members::quoted)
                        .collect(Collectors.joining(",", "[", "]"))));
  }

  /** Any value, not deep. */
  static Arbitrary<String> anything() {
    return anything(1);
  }

  private static Arbitrary<String> anything(int depth) {
    Arbitrary<String> scalar =
        Arbitraries.of("S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS").flatMap(ValueTexts::ofType);
    return depth == 0
        ? scalar
        : Arbitraries.oneOf(List.of(scalar, list(depth - 1), map(depth - 1)));
  }

  private static Arbitrary<String> list(int depth) {
    return anything(depth)
        .list()
        .ofMaxSize(4)
        .map(elements -> typed("L", "[" + String.join(",", elements) + "]"));
  }

  private static Arbitrary<String> map(int depth) {
    return Arbitraries.maps(Choice.of("a", "q", "n", "Name", "x"), anything(depth))
        .ofMaxSize(3)
        .map(members -> typed("M", new Members(members).toString()));
  }

  /** What no attribute may be. */
  static Arbitrary<String> wrong() {
    return Arbitraries.oneOf(
        List.of(
            Arbitraries.of(WRONG_NUMBERS).map(ValueTexts::number),
            Choice.of(
                "{\"SS\":[]}",
                "{\"NS\":[]}",
                "{\"BS\":[]}",
                "{\"SS\":[\"a\",\"a\"]}",
                "{\"NS\":[\"1\",\"1.0\"]}",
                "{\"NS\":[\"1\",\"x\"]}",
                "{\"BS\":[\"AAE=\",\"AAE=\"]}",
                "{\"N\":\"\"}",
                "{\"S\":\"a\",\"N\":\"1\"}",
                "{}",
                nested(33),
                "{\"M\":{\"a\":{\"SS\":[]}}}",
                "{\"L\":[{\"N\":\"1\"},{\"N\":\"z\"}]}")));
  }

  /** What is not even of the right JSON type. */
  static Arbitrary<String> illTyped() {
    return Choice.of(
        "{\"S\":1}",
        "{\"N\":1}",
        "{\"B\":\"a\"}",
        "{\"BOOL\":\"true\"}",
        "{\"SS\":\"a\"}",
        "{\"L\":{}}",
        "{\"M\":[]}",
        "\"a\"",
        "[]",
        "1");
  }

  static String nested(int depth) {
    return "{\"L\":[".repeat(depth) + "{\"S\":\"x\"}" + "]}".repeat(depth);
  }
}

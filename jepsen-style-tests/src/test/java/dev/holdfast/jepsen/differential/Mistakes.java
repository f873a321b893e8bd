package dev.holdfast.jepsen.differential;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Turns sensible requests into requests of which some have one mistake: one, because the order in
 * which several are found is nobody's promise.
 *
 * @param expressions members with a faulty expression, whose references are still to be defined
 * @param members members that are wrong as they are
 */
record Mistakes(List<Arbitrary<Members>> expressions, List<Arbitrary<Members>> members) {
  private record Made(Members expressions, Members members) {}

  record Meant(Members members, Request.Intent intent) {}

  private static final Made NONE = new Made(Members.NONE, Members.NONE);

  /** For every operation on one table. */
  static List<Arbitrary<Members>> ofTableName() {
    return List.of(
        member("TableName", Members.ABSENT, "\"ab\"", "\"a b c\"", "\"absent-table\"", "5", "\"\""),
        member("TableName", Members.quoted("t".repeat(256)), "null", "{}", "[\"t\"]"));
  }

  /** Faulty names and values of expressions. */
  static List<Arbitrary<Members>> ofSubstitutions() {
    return List.of(
        member(
            "ExpressionAttributeValues",
            "{}",
            "{\":unused\":{\"S\":\"a\"}}",
            "{\"n\":{\"S\":\"a\"}}",
            "{\":\":{\"S\":\"a\"}}",
            "{\":a-b\":{\"S\":\"a\"}}",
            "{\":n\":{}}",
            "{\":n\":{\"N\":\"x\"}}",
            "{\":n\":{\"SS\":[]}}",
            "{\":n\":{\"S\":\"a\",\"N\":\"1\"}}",
            "{\":n\":5}",
            "[]"),
        member(
            "ExpressionAttributeNames",
            "{}",
            "{\"#unused\":\"a\"}",
            "{\"a\":\"b\"}",
            "{\"#\":\"b\"}",
            "{\"#a-b\":\"b\"}",
            "{\"#n\":\"\"}",
            "{\"#n\":5}",
            "\"x\""));
  }

  static Arbitrary<Members> member(String name, String... texts) {
    return Arbitraries.of(texts).map(text -> Members.NONE.with(name, text));
  }

  static Arbitrary<Members> member(String name, Arbitrary<String> texts) {
    return texts.map(text -> Members.NONE.with(name, text));
  }

  static Arbitrary<Members> expression(String name, List<String> texts) {
    return Arbitraries.of(texts).map(text -> Members.NONE.with(name, Members.quoted(text)));
  }

  /** Requests of an operation, one in four with a mistake. */
  Arbitrary<Request> in(String operation, Arbitrary<Members> valid, Arbitrary<Bindings> bindings) {
    return in(valid, bindings)
        .map(made -> new Request(operation, made.members()).meant(made.intent()));
  }

  /** The members of requests, one in four with a mistake. */
  Arbitrary<Meant> in(Arbitrary<Members> valid, Arbitrary<Bindings> bindings) {
    Arbitrary<Made> wrongMember = Arbitraries.oneOf(members).map(m -> new Made(Members.NONE, m));
    Arbitrary<Made> wrongExpression =
        expressions.isEmpty()
            ? wrongMember
            : Arbitraries.oneOf(expressions).map(e -> new Made(e, Members.NONE));
    Arbitrary<Made> made =
        Arbitraries.frequencyOf(
            Tuple.of(6, Arbitraries.just(NONE)),
            Tuple.of(1, wrongExpression),
            Tuple.of(1, wrongMember));
    return Combinators.combine(valid, made, bindings)
        .as(
            (right, wrong, bound) ->
                new Meant(
                    bound.define(right.with(wrong.expressions())).with(wrong.members()),
                    wrong.equals(NONE) ? Request.Intent.SENSIBLE : Request.Intent.MISTAKEN));
  }
}

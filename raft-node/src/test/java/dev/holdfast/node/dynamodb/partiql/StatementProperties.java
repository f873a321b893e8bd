package dev.holdfast.node.dynamodb.partiql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.StringLength;

/** Any text is a statement or a validation error; and what is printed is parsed into itself. */
class StatementProperties {
  private static final List<String> PIECES =
      List.of(
          "SELECT",
          "*",
          "FROM",
          "ttt",
          "WHERE",
          "a",
          "\"b c\"",
          "=",
          "<>",
          "!=",
          "<",
          "<=",
          "1",
          "-2.5e3",
          ".5",
          "'it''s'",
          "true",
          "null",
          "MISSING",
          "IS",
          "NOT",
          "AND",
          "OR",
          "IN",
          "BETWEEN",
          "(",
          ")",
          "[",
          "]",
          "{",
          "}",
          "<<",
          ">>",
          ",",
          ":",
          ".",
          "?",
          ";",
          "@",
          "+",
          "-",
          "||",
          "INSERT INTO ttt VALUE",
          "UPDATE ttt SET",
          "DELETE FROM ttt",
          "REMOVE",
          "RETURNING ALL OLD *",
          "EXISTS(",
          "ORDER BY",
          "DESC",
          "size(",
          "set_add(",
          "begins_with(",
          "NULL",
          "STRING",
          "/* c */",
          "-- c\n",
          "`ion`",
          "LIKE");

  @Property(tries = 2000)
  void anyTextIsAStatementOrAValidationError(@ForAll @StringLength(max = 60) String text) {
    check(text);
  }

  @Property(tries = 4000)
  void anyRowOfPiecesIsAStatementOrAValidationError(@ForAll("rows") String text) {
    check(text);
  }

  @Property(tries = 2000)
  void aStatementThatIsPrintedIsParsedIntoItself(@ForAll("statements") String text) {
    Statement statement = PartiQl.parse(text).statement();
    assertThat(PartiQl.parse(PartiQl.text(statement)).statement()).as(text).isEqualTo(statement);
  }

  private static void check(String text) {
    PartiQl.Parsed parsed;
    try {
      parsed = PartiQl.parse(text);
    } catch (ApiException e) {
      assertThat(e.type()).as(text).isEqualTo(ErrorType.VALIDATION);
      return;
    }
    Statement statement = parsed.statement();
    assertThat(PartiQl.parse(PartiQl.text(statement)))
        .as(text)
        .isEqualTo(new PartiQl.Parsed(statement, parsed.parameterCount()));
  }

  @Provide
  Arbitrary<String> rows() {
    return Arbitraries.of(PIECES).list().ofMaxSize(14).map(pieces -> String.join(" ", pieces));
  }

  @Provide
  Arbitrary<String> statements() {
    Arbitrary<String> where = conditions(3);
    return Arbitraries.oneOf(
        where.map(term -> "SELECT * FROM ttt WHERE " + term),
        where.map(term -> "SELECT a, b.c[1] FROM ttt.iii WHERE " + term + " ORDER BY a DESC, b"),
        where.map(term -> "DELETE FROM ttt WHERE " + term + " RETURNING ALL OLD *"),
        where.map(term -> "EXISTS(SELECT * FROM ttt WHERE " + term + ")"),
        where.map(
            term -> "UPDATE ttt SET a = b - 1, c = set_add(c, <<1>>) REMOVE d[0] WHERE " + term),
        values(3).map(value -> "INSERT INTO ttt VALUE {'k': " + value + ", 'l': ?}"));
  }

  private static Arbitrary<String> conditions(int depth) {
    Arbitrary<String> value = values(1);
    Arbitrary<String> simple =
        Arbitraries.oneOf(
            value.map(each -> "a.b[0] >= " + each),
            value.map(each -> each + " = size(\"x y\")"),
            value.map(each -> "c IN (" + each + ", ?)"),
            value.map(each -> "c NOT BETWEEN " + each + " AND d"),
            Arbitraries.of("a IS NOT MISSING", "b IS NULL", "contains(a, 'x')", "-a < + b"));
    if (depth == 0) {
      return simple;
    }
    Arbitrary<String> inner = conditions(depth - 1);
    return Arbitraries.oneOf(
        simple,
        inner.map(each -> "NOT " + each),
        inner.map(each -> "(" + each + ") OR " + each),
        inner.map(each -> each + " AND (" + each + ")"));
  }

  private static Arbitrary<String> values(int depth) {
    Arbitrary<String> scalar =
        Arbitraries.of("1", "-1.50", "2e-3", "'t'", "''", "'it''s'", "true", "FALSE", "null", "?");
    if (depth == 0) {
      return scalar;
    }
    Arbitrary<String> inner = values(depth - 1);
    return Arbitraries.oneOf(
        scalar,
        inner.map(each -> "[" + each + ", 1]"),
        inner.map(each -> "{'a': " + each + "}"),
        Arbitraries.of("<<'a', 'b'>>", "<<1, 2>>", "[]", "{}"));
  }
}

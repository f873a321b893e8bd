package dev.holdfast.node.dynamodb.partiql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The words are those that {@code nubo-db/dynamodb-conformance} recorded from the service (tier 3)
 * where it has them, otherwise those of DynamoDB Local.
 */
class StatementsTest {
  private static final String MALFORMED = "Statement wasn't well formed, can't be processed: ";

  private static void refused(String statement, String message) {
    assertThatThrownBy(() -> PartiQl.parse(statement))
        .as(statement)
        .isInstanceOfSatisfying(
            ApiException.class, error -> assertThat(error.type()).isEqualTo(ErrorType.VALIDATION))
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "select * from Music|SELECT * FROM \"Music\"",
        "SELECT a, \"b c\".d[2]['e'] FROM t.i.;|",
        "SELECT a FROM ttt.iii WHERE a=1 OR b<>'it''s' AND NOT c IN (1,2);"
            + "|SELECT \"a\" FROM \"ttt\".\"iii\" WHERE ((\"a\" = 1) OR ((\"b\" <> 'it''s') AND "
            + "(NOT (\"c\" IN [1, 2]))))",
        "SELECT * FROM ttt WHERE a IS NOT MISSING AND b BETWEEN -1 AND ? ORDER BY b DESC|SELECT *"
            + " FROM \"ttt\" WHERE ((NOT (\"a\" IS MISSING)) AND (\"b\" BETWEEN -1 AND ?)) ORDER BY"
            + " \"b\" DESC",
        "insert into ttt value {'a': [1, <<'x'>>, {}], 'b': null, 'c': - 2.50e3}"
            + "|INSERT INTO \"ttt\" VALUE {'a': [1, <<'x'>>, {}], 'b': null, 'c': -2.50e3}",
        "UPDATE ttt SET a=a+1, b.c=list_append(b.c,[?]) REMOVE d[0] WHERE k=1 RETURNING ALL NEW"
            + " *|UPDATE \"ttt\" SET \"a\" = (\"a\" + 1) SET \"b\".\"c\" = list_append(\"b\".\"c\","
            + " [?]) REMOVE \"d\"[0] WHERE (\"k\" = 1) RETURNING ALL NEW *",
        "FROM ttt WHERE k=1 SET a=2|FROM \"ttt\" WHERE (\"k\" = 1) SET \"a\" = 2",
        "DELETE FROM ttt -- a comment|DELETE FROM \"ttt\"",
        "EXISTS(SELECT * FROM ttt WHERE SIZE(a) > 1)"
            + "|EXISTS(SELECT * FROM \"ttt\" WHERE (size(\"a\") > 1))"
      })
  void aStatementIsUnderstood(String text, String meaning) {
    if (meaning == null) {
      refused(text, MALFORMED + "Invalid path dot component");
    } else {
      assertThat(PartiQl.text(PartiQl.parse(text).statement())).isEqualTo(meaning);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "SELECT * FROM ttt WHERE pk = 1 foo|Unexpected token after expression",
        "SELECT * FROM ttt WHERE pk = 1 e5|Unexpected token after expression",
        "INSERT INTO ttt VALUE {'pk': 1} foo|Unexpected token after expression",
        "INSERT INTO ttt t VALUE {'pk': 1}|Unexpected token after expression",
        "SELECT * FROM ttt ORDER BY pk WHERE pk = 1|Unexpected token after expression",
        "DELETE FROM ttt WHERE pk = 1 ORDER BY pk|Unexpected token after expression",
        "SELECT * FROM ttt WHERE pk = 1)|Unexpected token after expression",
        "FROM ttt SET c = 1 WHERE pk = 1|Unexpected token after expression",
        "SELECT * FROM ttt WHERE|Unexpected term",
        "SELECT * FROM ttt WHERE;|Unexpected term",
        "SELECT * FROM ttt WHERE NOT|Unexpected term",
        "SELECT * FROM ttt WHERE (|Unexpected term",
        "SELECT * FROM|Unexpected term",
        "SELECT * FROM ttt WHERE a = 1 AND|Missing right-hand side expression of infix operator",
        "SELECT * FROM ttt WHERE a = 1 OR|Missing right-hand side expression of infix operator",
        "SELECT * FROM ttt WHERE ORDER BY pk|Unexpected keyword",
        "SELECT * FROM ttt WHERE IS NULL|Unexpected operator",
        "SELECT * FROM ttt WHERE pk = LIKE|Unexpected operator",
        "SELECT * FROM ttt WHERE x IS FOO|Expected type name",
        "DELETE FROM|Expected identifier for simple path",
        "DELETE FROM WHERE pk = 'a'|Expected identifier for simple path",
        "SELECT * FROM ttt WHERE m.inner = 1|Invalid path dot component",
        "SLECT * FROM \"ttt\" WHERE pk = 'a'|Expected data manipulation"
      })
  void aTextThatIsNoStatementIsRefusedWithTheReason(String text, String detail) {
    refused(text, MALFORMED + detail);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM ttt WHERE pk = 1e2147483648",
        "SELECT * FROM ttt WHERE pk = 1e99999999999",
        "SELECT * FROM ttt WHERE pk = 1.5e-2147483647",
        "SELECT * FROM ttt WHERE pk = 1 # note",
        "SELECT * FROM ttt WHERE pk = 1 /* note",
        "SELECT * FROM \"ttt",
        "SELECT * FROM ttt WHERE pk = 'x"
      })
  void aTextThatCannotBeReadIsRefusedWithoutAReason(String text) {
    refused(text, MALFORMED);
  }

  @Test
  void whatPartiQlHasAndDynamoDbHasNotIsRefusedByName() {
    refused("SELECT * FROM ttt t WHERE pk = 'x'", "Aliasing is not supported");
    refused("UPDATE ttt AS t SET a = 3 WHERE pk = 'x'", "Aliasing is not supported");
    refused("DELETE FROM ttt t WHERE pk = 'x'", "Aliasing is not supported");
    refused(
        "SELECT * FROM ttt.iii.jjj", "A path may contain at most 2 components in the FROM clause");
    refused("SELECT * FROM \"\"", "Path component cannot be an empty string");
    refused("SELECT * FROM ttt.\"\"", "Path component cannot be an empty string");
    refused("SELECT * FROM ttt LIMIT 1", "Unsupported clause: LIMIT at 1:25:1");
    refused("x IS INT4", "Unsupported operation: IsType");
    refused("SELECT attribute_exists(ss) FROM ttt", "Unexpected path component at 1:8:16");
    refused(
        "DELETE FROM ttt WHERE pk = 'x' RETURNING MODIFIED OLD *",
        "Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is allowed in"
            + " DELETE statements.");
  }

  @Test
  void numbersAreCheckedWhereTheyStand() {
    Constants constants = new Constants(List.of());
    Statement statement =
        PartiQl.parse("INSERT INTO ttt VALUE {'k': 1, 'm': {'x': [1, 1e126]}}").statement();
    assertThatThrownBy(() -> constants.item(((Statement.Insert) statement).item()))
        .hasMessage(
            "Number overflow. Attempting to store a number with magnitude larger than supported "
                + "range under root.x[1]");
  }

  /**
   * As deep as a text can be, on half the stack that threads have. How large frames are depends on
   * what the compiler has seen before.
   */
  @ParameterizedTest
  @ValueSource(strings = {"(", "[", "<<", "{'a':", "size(", "NOT ", "- ", "a.", "a AND ", "a + "})
  void noTextUsesUpTheStack(String opening) throws InterruptedException {
    String text = "SELECT * FROM ttt WHERE " + opening.repeat((8192 - 24) / opening.length());
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                PartiQl.parse(text);
              } catch (Throwable e) {
                thrown.set(e);
              }
            },
            "parser",
            512 << 10);
    thread.start();
    thread.join();
    assertThat(thrown.get()).isInstanceOf(ApiException.class);
  }

  @Test
  void aStatementWithinTheLimitsMayBeDeep() {
    String deep = "SELECT * FROM ttt WHERE " + "(".repeat(60) + "a = 1" + ")".repeat(60);
    assertThat(PartiQl.text(PartiQl.parse(deep).statement()))
        .isEqualTo("SELECT * FROM \"ttt\" WHERE (\"a\" = 1)");
  }
}

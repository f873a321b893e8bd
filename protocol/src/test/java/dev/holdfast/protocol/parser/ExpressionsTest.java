package dev.holdfast.protocol.parser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parser against what DynamoDB Local answers to the same expressions. */
class ExpressionsTest {
  private static Substitutions values() {
    TreeMap<String, EncodedValue> values = new TreeMap<>();
    values.put(":n", EncodedValue.ofNumber(1));
    values.put(":m", EncodedValue.ofNumber(2));
    values.put(":s", EncodedValue.ofString("x"));
    values.put(":t", EncodedValue.ofBool(true));
    return Substitutions.of(Map.of("#a", "select"), Item.ofEncoded(values));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a|Syntax error; token: \"<EOF>\", near: \"a\"",
        "a =|Syntax error; token: \"<EOF>\", near: \"=\"",
        "= a|Syntax error; token: \"=\", near: \"= a\"",
        "a == b|Syntax error; token: \"=\", near: \"== b\"",
        "a = b =c|Syntax error; token: \"=\", near: \"b =c\"",
        "a != b|Syntax error; token: \"!\", near: \"a !=\"",
        "a = b AND c|Syntax error; token: \"<EOF>\", near: \"c\"",
        "(a = b))|Syntax error; token: \")\", near: \"))\"",
        "()|Syntax error; token: \")\", near: \"()\"",
        "a IN b|Syntax error; token: \"b\", near: \"IN b\"",
        "a = b AND AND c = d|Syntax error; token: \"AND\", near: \"AND AND c\"",
        "((a = b))|The expression has redundant parentheses;",
        "a[1 = b|Syntax error; token: \"=\", near: \"1 = b\"",
        "select = :zz|Attribute name is a reserved keyword; reserved keyword: select",
        "a = :zz|An expression attribute value used in expression is not defined; attribute value: :zz",
        "a = #zz|An expression attribute name used in the document path is not defined; attribute name: #zz",
        "foo(a)|Invalid function name; function: foo",
        "size(a)|The function is not allowed to be used this way in an expression; function: size",
        "contains(a)|Incorrect number of operands for operator or function; operator or function: contains, number of operands: 1",
        "a = a|The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]",
        "a < :t|Incorrect operand type for operator or function; operator or function: <, operand type: BOOL",
        "a BETWEEN :m AND :n|The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}",
        "if_not_exists(a, b) = c|The function is not allowed in a condition expression; function: if_not_exists",
        "attribute_exists(:s)|Operator or function requires a document path; operator or function: attribute_exists",
        "attribute_type(a, :s)|Invalid attribute type name found; type: x, valid types: {N,BS,L,B,NULL,M,S,SS,NS,BOOL}",
        "a[99999999999] = b|List index is not within the allowable range; index: [99999999999]",
      })
  void aBadConditionIsRefusedInDynamoDbsWords(String source, String problem) {
    assertThatThrownBy(() -> Expressions.condition("ConditionExpression", source, values()))
        .isInstanceOf(InvalidExpressionException.class)
        .hasMessage("Invalid ConditionExpression: " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SET|Syntax error; token: \"<EOF>\", near: \"SET\"",
        "FOO a|Syntax error; token: \"FOO\", near: \"FOO a\"",
        "SET a = n + n + n|Syntax error; token: \"+\", near: \"n + n\"",
        "SET a = n + (n + n)|Syntax error; token: \"+\", near: \"n + n\"",
        "SET a = n SET b = n|The \"SET\" section can only be used once in an update expression;",
        "SET a = n, a = n|Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]",
        "REMOVE m.x, m|Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m, x], path two: [m]",
        "SET m.a = n, m[0] = n|Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [m, a], path two: [m, [0]]",
        "SET a = size(l)|The function is not allowed in an update expression; function: size",
        "SET a = list_append(l, :n)|Incorrect operand type for operator or function; operator or function: list_append, operand type: N",
        "DELETE a :n|Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND",
        "ADD n n|Syntax error; token: \"n\", near: \"n n\"",
        "SET :a = :n|Syntax error; token: \":a\", near: \"SET :a =\"",
        "SET a = n * n|Syntax error; token: \"*\", near: \"n * n\"",
      })
  void aBadUpdateIsRefusedInDynamoDbsWords(String source, String problem) {
    assertThatThrownBy(() -> Expressions.update(source, values()))
        .isInstanceOf(InvalidExpressionException.class)
        .hasMessage("Invalid UpdateExpression: " + problem);
  }

  @Test
  void andBindsTighterThanOrAndNotTighterThanAnd() {
    Condition parsed =
        Expressions.condition("FilterExpression", "NOT a = b and c = d or e = #a", values());

    assertThat(parsed)
        .isEqualTo(
            new Condition.Or(
                new Condition.And(new Condition.Not(equal("a", "b")), equal("c", "d")),
                equal("e", "select")));
  }

  @Test
  void betweenTakesItsOwnAnd() {
    Condition parsed =
        Expressions.condition("FilterExpression", "a between b and c and d = e", values());

    assertThat(parsed)
        .isEqualTo(
            new Condition.And(
                new Condition.Between(attribute("a"), attribute("b"), attribute("c")),
                equal("d", "e")));
  }

  @Test
  void parenthesesMayHoldOperandsAndConditions() {
    assertThat(Expressions.condition("FilterExpression", "(a) = (b)", values()))
        .isEqualTo(equal("a", "b"));
    assertThat(Expressions.condition("FilterExpression", "(a = b)", values()))
        .isEqualTo(equal("a", "b"));
  }

  @Test
  void parenthesesAroundAnOperandHoldNoCondition() {
    for (String refused : List.of("a = (b = c)", "size((a = b)) = c", "contains((NOT a), b)")) {
      assertThatThrownBy(() -> condition(refused)).hasMessageContaining("Syntax error; token: ");
    }
    assertThatThrownBy(() -> condition("a = (b = c)")).hasMessageContaining("token: \"=\"");
    assertThat(condition("a = (b)")).isEqualTo(equal("a", "b"));
    assertThatThrownBy(() -> condition("a = ((b))")).hasMessageContaining("redundant parentheses");
  }

  @Test
  void theSizeOfALiteralIsALiteral() {
    assertThat(Expressions.condition("FilterExpression", "size(:s) = a", values()))
        .isEqualTo(
            new Condition.Compare(
                Comparator.EQ, new Operand.Literal(EncodedValue.ofNumber(1)), attribute("a")));
  }

  @Test
  void anUpdateKeepsItsActionsInOrder() {
    Update update =
        Expressions.update("set a = if_not_exists(b, :n) + :m remove c[0].d add e :n", values());

    assertThat(update.actions()).hasSize(3);
    assertThat(update.actions().get(0))
        .isEqualTo(
            new Update.Action.Set(
                Path.of("a"),
                new Update.SetValue.Plus(
                    new Update.SetValue.IfNotExists(
                        Path.of("b"), new Update.SetValue.Literal(EncodedValue.ofNumber(1))),
                    new Update.SetValue.Literal(EncodedValue.ofNumber(2)))));
    assertThat(update.actions().get(1).path()).hasToString("c[0].d");
  }

  /**
   * Threads have 1 MB usually. A parser that called itself for each bracket took 260 KB to 700 KB
   * for this, as methods happened to be compiled and put into each other at the time.
   */
  @Test
  void theDeepestExpressionsTakeAPartOfAThreadsStack() throws Exception {
    String bracketsAndOperators = "(NOT ".repeat(299) + "(a = b)" + ")".repeat(299);
    String functions = "size(".repeat(300) + "a" + ")".repeat(300) + " = b";
    String brackets = "(".repeat(4000);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread parser =
        new Thread(
            null,
            () -> {
              condition(bracketsAndOperators);
              for (String refused : List.of(functions, brackets, "a = " + brackets)) {
                assertThatThrownBy(() -> condition(refused))
                    .isInstanceOf(InvalidExpressionException.class);
              }
              assertThatThrownBy(() -> Expressions.update("SET a = " + brackets, values()))
                  .isInstanceOf(InvalidExpressionException.class);
            },
            "parser",
            700 * 1024);
    parser.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
    parser.start();
    parser.join();

    assertThat(failure.get()).isNull();
  }

  @Test
  void deepAndLongExpressionsEndInAnErrorNotInTheStack() {
    assertThatThrownBy(() -> condition("(NOT ".repeat(700) + "a = b" + ")".repeat(90)))
        .isInstanceOf(InvalidExpressionException.class);
    assertThatThrownBy(() -> condition("(".repeat(4000)))
        .isInstanceOf(InvalidExpressionException.class);
    assertThatThrownBy(() -> condition("a = b AND ".repeat(200) + "a = b"))
        .hasMessageContaining("too many operators; operator count: 301");
    assertThatThrownBy(() -> condition("a = " + "b".repeat(5000)))
        .hasMessageContaining("Expression size has exceeded the maximum allowed size");
  }

  @Test
  void unusedNamesAndValuesAreNamed() {
    Substitutions substitutions = values();
    Condition unused = Expressions.condition("FilterExpression", "#a = :n", substitutions);

    assertThatThrownBy(substitutions::checkAllUsed)
        .hasMessage(
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:m, :s, :t}");
  }

  @Test
  void keyConditionsAreTakenApart() {
    KeyConditions conditions = keyConditions(":s = h and :n < r");

    assertThat(conditions.bounds()).containsOnlyKeys(Path.of("h"), Path.of("r"));
    assertThatThrownBy(() -> keyConditions("h = :s or r = :n"))
        .hasMessage("Invalid operator used in KeyConditionExpression: OR");
    assertThatThrownBy(() -> keyConditions("h = :s and h = :n"))
        .hasMessage("KeyConditionExpressions must only contain one condition per key");
  }

  private static Condition condition(String source) {
    return Expressions.condition("FilterExpression", source, values());
  }

  private static KeyConditions keyConditions(String source) {
    return KeyConditions.of(Expressions.condition("KeyConditionExpression", source, values()));
  }

  private static Operand attribute(String name) {
    return new Operand.Attribute(Path.of(name));
  }

  private static Condition equal(String left, String right) {
    return new Condition.Compare(Comparator.EQ, attribute(left), attribute(right));
  }
}

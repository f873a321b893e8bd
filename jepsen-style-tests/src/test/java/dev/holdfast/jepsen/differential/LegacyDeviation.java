package dev.holdfast.jepsen.differential;

import dev.holdfast.jepsen.differential.DynamoDbEndpoint.Answer;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Differences that we keep on purpose where requests have the parameters that expressions replaced;
 * each has a row of its name in docs/compatibility.md.
 */
enum LegacyDeviation {
  /** The service declares which words there are; DynamoDB Local words it for itself, or fails. */
  LEGACY_CONSTRAINT_WORDING(
      exchange ->
          exchange.our().isOf("ValidationException")
              && exchange.our().says("failed to satisfy constraint: Member must ")
              && (exchange.our().says("omparisonOperator'")
                  || exchange.our().says("'conditionalOperator'")
                  || exchange.our().says(".member.action'"))
              && exchange.their().status() != 200),
  /** That old and new are mixed is seen before what is wrong with the old. */
  MIXING_FIRST(
      exchange ->
          exchange.sameError()
              && exchange.isMistaken()
              && exchange.our().says("Can not use both expression and non-expression parameters")
              && exchange.request().mentions("\"AttributesToGet\"")),
  /** Types are named as in requests; DynamoDB Local has names of its own. */
  LEGACY_TYPE_WORDING(
      exchange ->
          exchange.sameError()
              && exchange.our().says("is not supported for the type ")
              && exchange.their().says("is not supported for the type ")),
  /** What is wrong with an update as such is seen before the condition is tried. */
  LEGACY_ACTION_FIRST(
      exchange ->
          exchange.isOf("UpdateItem")
              && exchange.isMistaken()
              && exchange.request().mentions("\"AttributeUpdates\"")
              && exchange.our().isOf("ValidationException")
              && exchange.their().errorType().equals("ConditionalCheckFailedException")),
  /** An index key of another type is worded as for an item, and seen before the condition. */
  LEGACY_INDEX_KEY_TYPE(
      exchange ->
          exchange.isOf("UpdateItem")
              && exchange.our().isOf("ValidationException")
              && exchange.our().says("Type mismatch for Index Key ")
              && (exchange.their().says("Updates on index keys must be of the same data type")
                  || exchange.their().errorType().equals("ConditionalCheckFailedException"))),
  /** An operator that bounds no key is the first thing that is wrong with a key condition. */
  NOT_INDEXABLE(
      exchange ->
          exchange.isOf("Query")
              && exchange.isMistaken()
              && exchange.our().isOf("ValidationException")
              && exchange.our().says("Attempted conditional constraint is not an indexable")
              && exchange.their().status() != 200),
  /** The attributes that an index does not hold are listed in the order of the request. */
  ORDER_OF_UNPROJECTED(
      exchange ->
          exchange.sameError()
              && exchange.our().says("does not project one or more filter attributes: ")
              && sorted(exchange.our()).equals(sorted(exchange.their()))),
  /** An empty AttributesToGet is none that the service takes; DynamoDB Local may. */
  EMPTY_ATTRIBUTES_TO_GET(
      exchange ->
          exchange.isMistaken()
              && exchange.our().isOf("ValidationException")
              && exchange
                  .our()
                  .says("ttributesToGet' failed to satisfy constraint: Member must have length"));

  private static final Pattern LISTED = Pattern.compile("(.*: )\\[(.*)]");

  @SuppressWarnings("ImmutableEnumChecker") // the predicates above have no state
  private final Predicate<Exchange> explanation;

  LegacyDeviation(Predicate<Exchange> explanation) {
    this.explanation = explanation;
  }

  static boolean known(Exchange exchange) {
    return Arrays.stream(values()).anyMatch(each -> each.explanation.test(exchange));
  }

  /** The message with the list at its end in alphabetical order. */
  private static String sorted(Answer answer) {
    Matcher message = LISTED.matcher(answer.message());
    if (!message.matches()) {
      return answer.message();
    }
    String[] listed = message.group(2).split(", ");
    Arrays.sort(listed);
    return message.group(1) + Arrays.toString(listed);
  }
}

package dev.holdfast.jepsen.differential;

import dev.holdfast.jepsen.differential.DynamoDbEndpoint.Answer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/** Differences that we keep on purpose; each has a row of its name in docs/compatibility.md. */
enum Deviation {
  /** DynamoDB Local names Java classes and causes in its parse errors; we say what is wrong. */
  SERIALIZATION_WORDING(
      exchange -> exchange.sameError() && exchange.our().isOf("SerializationException")),
  /**
   * DynamoDB Local takes a number or truth for its text, or fails with 500; the service refuses.
   */
  LENIENT_JSON(
      exchange -> exchange.request().isMistaken() && exchange.our().isOf("SerializationException")),
  /** A member that we do not know is refused by name rather than ignored. */
  UNKNOWN_PARAMETER(
      exchange ->
          exchange.request().isMistaken()
              && exchange.our().begins("The parameter ")
              && exchange.our().message().endsWith(" is not known to Holdfast")),
  /** The service checks these words before anything else; DynamoDB Local ignores wrong ones. */
  UNCHECKED_CHOICE(
      exchange ->
          exchange.request().isMistaken()
              && (exchange.our().says("at 'returnConsumedCapacity' failed to satisfy")
                  || exchange.our().says("at 'returnItemCollectionMetrics' failed to satisfy"))),
  /** The service says which member is null; DynamoDB Local has other words for each. */
  MISSING_MEMBER(
      exchange ->
          exchange.sameError()
              && exchange.isMistaken()
              && Absences.areNamed(exchange.our().message(), exchange.request())),
  /** What the service declares of a member, and DynamoDB Local words for itself. */
  CONSTRAINT_WORDING(
      exchange ->
          exchange.sameError()
              && exchange.our().says("failed to satisfy constraint: ")
              && (exchange.their().begins("Limit must be greater than or equal to 1")
                  || exchange.their().begins("Limit in ListTables must be")
                  || exchange.their().begins("Select must be ALL_ATTRIBUTES")
                  || (exchange.isMistaken()
                      && exchange.our().says("Member must satisfy enum value set: ")
                      && exchange.their().message().matches("(?s)Invalid \\w+Expression: .*")))),
  /** The position of a syntax error and the text near it are the parser's own. */
  SYNTAX_ERROR_POSITION(
      exchange ->
          exchange.sameError()
              && exchange.their().says("Expression: Syntax error; token: ")
              && exchange.our().says("Expression: Syntax error; token: ")),
  /** DynamoDB names the allowed values of ReturnValues; DynamoDB Local does not. */
  RETURN_VALUES_WORDING(
      exchange ->
          exchange.sameError()
              && exchange.our().says("eturnValues")
              && exchange.their().begins("Return values set to invalid value")),
  /** DynamoDB answers no capacity unless asked; DynamoDB Local does when it deletes nothing. */
  UNASKED_CAPACITY(
      exchange ->
          asksNoCapacity(exchange)
              && exchange.their().field("ConsumedCapacity").isPresent()
              && sameWithout(exchange, "ConsumedCapacity")),
  /** What a scan fetches from the table beside its index is read, too. */
  FETCHES_OF_A_SCAN(
      exchange ->
          exchange.isOf("Scan")
              && exchange.request().mentions("\"IndexName\"")
              && (exchange.request().mentions("\"ProjectionExpression\"")
                  || exchange.request().mentions("\"AttributesToGet\"")
                  || exchange.request().mentions("\"ALL_ATTRIBUTES\""))
              && sameWithout(exchange, "ConsumedCapacity")
              && units(exchange.our()) > units(exchange.their())),
  /** What an index holds need not be fetched from the table. */
  FETCHES_OF_WHAT_IS_HELD(
      exchange ->
          exchange.isOf("Query")
              && sameWithout(exchange, "ConsumedCapacity")
              && units(exchange.their()) > units(exchange.our())
              && ReadAnswers.asksForWhatIsHeld(exchange.request())),
  /** A read that finds nothing costs the minimum in DynamoDB, nothing in DynamoDB Local. */
  CAPACITY_OF_NOTHING(
      exchange ->
          sameWithout(exchange, "ConsumedCapacity")
              && (exchange.isOf("BatchGetItem")
                  ? units(exchange.our()) == units(exchange.their()) + unitsOfAbsent(exchange)
                  : exchange.isOf("Query", "Scan")
                      && exchange.theirs().stream().anyMatch(page -> units(page) == 0))),
  /** A delete of a batch costs what a delete costs; DynamoDB Local charges twice. */
  CAPACITY_OF_A_BATCH_DELETE(
      exchange ->
          exchange.isOf("BatchWriteItem")
              && exchange.request().mentions("DeleteRequest")
              && sameWithout(exchange, "ConsumedCapacity")
              && units(exchange.their()) > units(exchange.our())
              && units(exchange.their()) <= 2 * units(exchange.our())),
  /** DynamoDB Local counts a little more than the attributes of an index entry. */
  SIZE_OF_AN_INDEX_ENTRY(
      exchange ->
          exchange.isOf("PutItem", "UpdateItem", "DeleteItem")
              && exchange.theirs().toString().contains("\"LocalSecondaryIndexes\"")
              && sameWithout(exchange, "ConsumedCapacity")
              && Math.abs(units(exchange.their()) - units(exchange.our())) == 1),
  /** A full page ends with a key in DynamoDB, also of a table that has no second item under it. */
  KEY_AFTER_A_FULL_PAGE(
      exchange ->
          exchange.isOf("Query")
              && exchange.bothSucceed()
              && onlyWeGoOn(exchange)
              && withoutLastKey(exchange.request(), exchange.theirs())
                  .equals(withoutLastKey(exchange.request(), exchange.ours()))),
  /** Items with the same key in an index have an order of its own in DynamoDB Local. */
  ORDER_OF_EQUAL_INDEX_KEYS(
      exchange ->
          exchange.isOf("Query")
              && exchange.bothSucceed()
              && exchange.request().mentions("\"IndexName\"")
              && IndexOrder.differsInTiesOnly(exchange)),
  /** DynamoDB Local does not answer collection metrics. */
  NO_COLLECTION_METRICS(
      exchange ->
          exchange.request().mentions("ReturnItemCollectionMetrics\":\"SIZE")
              && exchange.their().field("ItemCollectionMetrics").isEmpty()
              && ((asksNoCapacity(exchange) || exchange.isOf("BatchWriteItem"))
                  ? sameWithout(exchange, "ItemCollectionMetrics", "ConsumedCapacity")
                  : sameWithout(exchange, "ItemCollectionMetrics"))),
  /** A full page may end at the bound of the query; the key that it gives must be good. */
  START_AT_THE_BOUND(
      exchange ->
          exchange.isOf("Query")
              && exchange
                  .their()
                  .message()
                  .equals("The provided starting key does not match the range key predicate")
              && exchange.our().status() == 200
              && exchange.ours().size() == 1
              && exchange
                  .our()
                  .field("ScannedCount")
                  .filter(n -> n.asNumber().equals("0"))
                  .isPresent()
              && ReadAnswers.beginsAtABound(exchange.request())),
  /** The service says what is wrong with a starting key; DynamoDB Local counts attributes. */
  START_KEY_WORDING(
      exchange ->
          exchange.sameError()
              && ((exchange
                          .their()
                          .begins("Exclusive Start Key must have same size as table's key schema")
                      && exchange.our().says("The provided starting key is invalid"))
                  || exchange
                      .their()
                      .message()
                      .endsWith("cannot be restarted. " + exchange.our().message())
                  || exchange
                      .our()
                      .message()
                      .equals("The provided starting key is invalid: " + exchange.their().message())
                  || (exchange.request().mentions("ExclusiveStartKey")
                      && exchange.their().begins("Type mismatch for attribute to update"))
                  || (exchange
                          .their()
                          .message()
                          .equals(
                              "The provided starting key does not match the range key predicate")
                      && (exchange.our().says("The provided starting key is outside query bound")
                          || exchange.our().says("cannot be restarted"))))),
  /** A key of a type that no key has does not match the schema, as any other wrong type. */
  KEY_TYPE_WORDING(
      exchange ->
          exchange.sameError()
              && (exchange.our().says("The provided key element does not match the schema")
                  || exchange.our().says("Type mismatch for key ")
                  || exchange.our().says("Type mismatch for Index Key "))
              && (exchange.their().begins("Invalid attribute value type")
                  || exchange
                      .their()
                      .begins("One or more parameter values were invalid: Type mismatch for key")
                  || exchange
                      .their()
                      .begins(
                          "One or more parameter values were invalid: Type mismatch for Index Key"))),
  /** DynamoDB Local lists types of its own among those that attribute_type knows. */
  ATTRIBUTE_TYPE_WORDING(
      exchange ->
          exchange.sameError()
              && exchange.our().says("operator or function: attribute_type, operand type: {")
              && exchange.their().says("operator or function: attribute_type, operand type: {")),
  /** The number of attributes of a key is a matter of the schema. */
  KEY_COUNT_WORDING(
      exchange ->
          exchange.sameError()
              && exchange.our().says("The provided key element does not match the schema")
              && exchange.their().begins("The number of conditions on the keys is invalid")),
  /** In a batch, an item whose key does not fit is a key that does not match. */
  KEY_OF_A_BATCH_WORDING(
      exchange ->
          exchange.isOf("BatchWriteItem")
              && exchange.sameError()
              && exchange.our().says("The provided key element does not match the schema")),
  /** The service names the key that an item lacks. */
  EMPTY_ITEM_WORDING(
      exchange ->
          exchange.isOf("PutItem")
              && exchange.sameError()
              && exchange.our().says("Missing the key ")
              && exchange.their().begins("One of the required keys was not given a value")),
  /** The service says which key is too long. */
  KEY_SIZE_WORDING(
      exchange ->
          exchange.sameError()
              && exchange.our().says(" has exceeded the ")
              && exchange.their().begins("Hash primary key values must be under 2048 bytes")),
  /** The service declares what a name is; a short one is merely one of no table of items. */
  NAME_WORDING(
      exchange ->
          (exchange.their().begins("Invalid table/index name.")
                  || exchange.their().begins("The table does not have the specified index: "))
              && (exchange.our().says("failed to satisfy constraint: Member must")
                  || exchange.our().says("failed to satisfy constraint: Map keys must")
                  || exchange.our().message().equals("Requested resource not found"))),
  /** The service's words for batches of nothing, and of too much. */
  BATCH_SIZE_WORDING(
      exchange ->
          exchange.sameError()
              && exchange.isMistaken()
              && (exchange.our().says("The requestItems parameter is required for Batch")
                  || exchange.our().says("Value at 'RequestItems' failed to satisfy constraint")
                  || exchange.our().says("failed to satisfy constraint: Map value must satisfy")
                  || exchange.our().says(".member.Keys' failed to satisfy constraint"))),
  /** A JSON null is an attribute without a value. */
  NULL_VALUE_WORDING(
      exchange ->
          exchange.sameError()
              && exchange.their().begins("The supplied Item contains a null AttributeValue")),
  /** The service never lets an index key become another type; DynamoDB Local may. */
  INDEX_KEY_TYPE(
      exchange ->
          exchange.isOf("UpdateItem")
              && ((exchange.our().says("Type mismatch for Index Key ")
                      && (exchange.theySucceed()
                          || exchange.their().isOf("ConditionalCheckFailedException")
                          || exchange.their().begins("Invalid attribute value type")
                          || UpdateErrors.ALL.contains(exchange.their().message())
                          || exchange.their().says("secondary index key")))
                  || (exchange.our().says("update the secondary index key to unsupported type")
                      && (exchange.theySucceed()
                          || exchange.their().begins("Invalid attribute value type")
                          || exchange
                              .their()
                              .says("update a secondary index key to a value that"))))),
  /** That an index key becomes empty is seen before the item is looked at. */
  INDEX_KEY_EMPTIED_FIRST(
      exchange ->
          exchange.isOf("UpdateItem")
              && exchange.our().isOf("ValidationException")
              && exchange.our().says("update a secondary index key to a value that is not")
              && exchange.our().says("cannot contain an empty ")
              && (exchange.request().mentions("{\"S\":\"\"}")
                  || exchange.request().mentions("{\"B\":\"\"}"))
              && (exchange.their().isOf("ConditionalCheckFailedException")
                  || UpdateErrors.ALL.contains(exchange.their().message()))),
  /** Whether a key is updated is seen before the condition is tried. */
  KEY_UPDATE_FIRST(
      exchange ->
          exchange.isOf("UpdateItem")
              && exchange.isMistaken()
              && exchange.their().status() == 400
              && exchange.our().says("This attribute is part of the key")),
  /** The service's words for segments that do not go together. */
  SEGMENT_WORDING(
      exchange ->
          exchange.isOf("Scan")
              && exchange.sameError()
              && exchange.isMistaken()
              && (exchange.our().says("The Segment parameter is ")
                  || exchange.our().says("The TotalSegments parameter is ")
                  || exchange.our().says("egment' failed to satisfy constraint")
                  || exchange.our().says("egments' failed to satisfy constraint"))),
  /** The service says which key a query lacks, and that it lacks any before what else is wrong. */
  KEY_CONDITION_WORDING(
      exchange ->
          exchange.isOf("Query")
              && exchange.sameError()
              && exchange.isMistaken()
              && (exchange.our().says("Query condition missed key schema element: ")
                  || exchange.our().says("Either the KeyConditions or KeyConditionExpression"))),
  /** The service names the attribute that AttributesToGet has twice. */
  ATTRIBUTES_TO_GET_WORDING(
      exchange ->
          exchange.sameError()
              && exchange.our().says("Duplicate value in attribute name: ")
              && (exchange.their().begins("Cannot have two attributes with the same name")
                  || exchange.their().says("does not project one or more filter attributes: "))),
  /** Of a query, the condition on the keys is judged before the filter. */
  KEYS_BEFORE_THE_FILTER(
      exchange ->
          exchange.isOf("Query")
              && exchange.sameError()
              && exchange.isMistaken()
              && exchange.our().begins("Invalid KeyConditionExpression: ")
              && exchange.their().begins("Invalid FilterExpression: ")),
  /** What is wrong with Select is seen before what the index holds of the filter. */
  SELECT_BEFORE_THE_FILTER(
      exchange ->
          exchange.isOf("Query", "Scan")
              && exchange.sameError()
              && exchange.isMistaken()
              && exchange.their().says("does not project one or more filter attributes: ")
              && (exchange.our().says("at 'select' failed to satisfy constraint: Member must")
                  || exchange.our().says(" when choosing to get "))),
  /** What an index does not hold is absent to the filter of a scan; DynamoDB Local looks it up. */
  FILTER_BEYOND_THE_INDEX(
      exchange ->
          exchange.isOf("Scan")
              && exchange.bothSucceed()
              && exchange.request().mentions("\"IndexName\"")
              && (exchange.request().mentions("\"FilterExpression\"")
                  || exchange.request().mentions("\"ScanFilter\""))
              && ReadAnswers.sameScanned(exchange)),
  /** DynamoDB Local fails with 500, which says nothing of what is right. */
  ORACLE_FAILS(exchange -> exchange.their().status() == 500),
  /** A scan from a given key meets what each system happens to have behind that key. */
  SCAN_FROM_A_KEY(
      exchange ->
          exchange.isOf("Scan")
              && exchange.isMistaken()
              && exchange.request().mentions("\"ExclusiveStartKey\"")
              && ((exchange.bothSucceed()
                      && members(exchange.their()).equals(members(exchange.our())))
                  || exchange
                      .ours()
                      .toString()
                      .contains("Exclusive start key must lie within the segment")
                  || exchange
                      .theirs()
                      .toString()
                      .contains("Exclusive start key must lie within the segment"))),
  /** Of several actions that do not fit the item, DynamoDB Local names another. */
  WHICH_ACTION_FAILS(
      exchange ->
          exchange.isOf("UpdateItem")
              && exchange.sameError()
              && UpdateErrors.SEVERAL_ACTIONS
                  .matcher(exchange.request().text("UpdateExpression"))
                  .find()
              && UpdateErrors.ALL.contains(exchange.our().message())
              && (UpdateErrors.ALL.contains(exchange.their().message())
                  || exchange.their().begins("DynamoDB only supports precision up to 38 digits"))),
  /** DynamoDB Local shows a path that is not the one that overlaps. */
  WHICH_PATHS_OVERLAP(
      exchange ->
          exchange.sameError()
              && exchange.their().says("Two document paths overlap with each other")
              && (exchange.our().says("Two document paths overlap with each other")
                  || exchange.our().says("expression is not defined; attribute value: "))),
  /** Of several names or values without a definition, DynamoDB Local names a later one. */
  WHICH_IS_UNDEFINED(
      exchange -> exchange.sameError() && UndefinedReference.isAnEarlierOne(exchange)),
  /** Numbers in messages are written as everywhere else, not as they came. */
  NUMBERS_IN_MESSAGES(
      exchange ->
          exchange.sameError()
              && exchange.our().says("The BETWEEN operator requires ")
              && Canonical.numbersOf(exchange.their().message())
                  .equals(Canonical.numbersOf(exchange.our().message()))),
  /** DynamoDB Local returns the whole of an attribute of which an update names a part. */
  UPDATED_ATTRIBUTES_WHOLE(
      exchange ->
          exchange.isOf("UpdateItem")
              && sameWithout(exchange, "Attributes")
              && exchange.request().text("ReturnValues").startsWith("UPDATED_")
              && UpdatedAttributes.arePartsOfWholes(exchange)),
  /** The service's words for numbers and sets that are none, and for what is nested too deep. */
  VALUE_WORDING(
      exchange ->
          exchange.sameError()
              && ValueErrors.ALL.stream().anyMatch(part -> exchange.our().says(part))
              && (exchange.their().says("A value provided cannot be converted into a number")
                  || exchange.their().begins("DynamoDB only supports precision up to 38 digits")
                  || exchange.their().begins("Nesting Levels have exceeded supported limits")
                  || exchange.their().says("Input collection "))),
  /** An update that only takes away creates an item in DynamoDB Local; see {@link Duel}. */
  REMOVAL_CREATES(
      exchange ->
          exchange.isOf("UpdateItem")
              && exchange.bothSucceed()
              && exchange.our().field("Attributes").isEmpty()
              && Duel.onlyTakesAway(exchange.request())
              && exchange.request().mentions("ALL_NEW")),
  /** Where a value is that is wrong, and which expressions are missing, some do not say. */
  VALUES_OF_EXPRESSIONS(
      exchange ->
          exchange.isOf("PutItem", "UpdateItem", "DeleteItem", "Query")
              && exchange.sameError()
              && exchange.isMistaken()
              && exchange.request().mentions("\"ExpressionAttributeValues\"")
              && (exchange
                      .their()
                      .begins(
                          "ExpressionAttributeValues contains invalid value: "
                              + exchange.our().message()
                              + " for key ")
                  || (exchange
                          .our()
                          .message()
                          .endsWith(" can only be specified when using expressions")
                      && exchange.their().begins(exchange.our().message() + ": ")))),
  /** A single write says what is wrong with the request as one error of a validation. */
  VALIDATION_ENVELOPE(exchange -> exchange.isEnveloped() && exchange.opened().agrees()),
  /** Of the same number written in two ways DynamoDB Local makes two elements of a set. */
  NUMBER_TWICE_IN_A_SET(
      exchange ->
          exchange.isOf("UpdateItem")
              && exchange.our().status() == 200
              && exchange.request().mentions("\"NS\"")
              && exchange.request().mentions("ADD")
              && exchange.their().message().equals("Input collection contains duplicates"));

  /** What can be wrong with a value. */
  private static final class ValueErrors {
    private static final Set<String> ALL =
        Set.of(
            "cannot be converted to a numeric value",
            "Attempting to store",
            "Nesting Levels have exceeded supported limits",
            "contains duplicates");
  }

  /** What the evaluation of an update can object to. */
  private static final class UpdateErrors {
    /** More than one action, of one kind or of several. */
    private static final Pattern SEVERAL_ACTIONS =
        Pattern.compile("(?i),|\b(SET|ADD|REMOVE|DELETE)\b.+\b(SET|ADD|REMOVE|DELETE)\b");

    private static final Set<String> ALL =
        Set.of(
            "The provided expression refers to an attribute that does not exist in the item",
            "An operand in the update expression has an incorrect data type",
            "The document path provided in the update expression is invalid for update");
  }

  @SuppressWarnings("ImmutableEnumChecker") // the predicates above have no state
  private final Predicate<Exchange> explanation;

  Deviation(Predicate<Exchange> explanation) {
    this.explanation = explanation;
  }

  static boolean known(Exchange exchange) {
    for (Deviation deviation : values()) {
      if (deviation.explanation.test(exchange)) {
        return true;
      }
    }
    return false;
  }

  private static double units(Answer answer) {
    return answer
        .field("ConsumedCapacity")
        .map(capacity -> capacity.isArray() ? capacity.asArray() : List.of(capacity))
        .orElse(List.of())
        .stream()
        .flatMap(capacity -> capacity.field("CapacityUnits").stream())
        .mapToDouble(units -> Double.parseDouble(units.asNumber()))
        .sum();
  }

  /** What the keys of a batch cost whose items are not there. */
  private static double unitsOfAbsent(Exchange exchange) {
    JsonNode items =
        JsonNode.parser().parse(exchange.request().body()).field("RequestItems").orElseThrow();
    double units = 0;
    for (Map.Entry<String, JsonNode> each : items.asObject().entrySet()) {
      int asked = each.getValue().field("Keys").orElseThrow().asArray().size();
      int found =
          exchange
              .our()
              .field("Responses")
              .flatMap(tables -> tables.field(each.getKey()))
              .map(list -> list.asArray().size())
              .orElse(0);
      boolean isConsistent =
          each.getValue().field("ConsistentRead").filter(JsonNode::asBoolean).isPresent();
      units += (asked - found) * (isConsistent ? 1 : 0.5);
    }
    return units;
  }

  /** What a page says of itself, whatever it holds. */
  private static Set<String> members(Answer page) {
    Set<String> members = new TreeSet<>(page.body().asObject().keySet());
    members.remove("LastEvaluatedKey");
    return members;
  }

  private static boolean asksNoCapacity(Exchange exchange) {
    return exchange.isOf("DeleteItem")
        && !exchange.request().mentions("ReturnConsumedCapacity\":\"TOTAL")
        && !exchange.request().mentions("ReturnConsumedCapacity\":\"INDEXES");
  }

  /** Whether both succeed with the same but for these members. */
  private static boolean sameWithout(Exchange exchange, String... members) {
    return exchange.bothSucceed()
        && Canonical.without(exchange.request(), exchange.theirs(), members)
            .equals(Canonical.without(exchange.request(), exchange.ours(), members));
  }

  /** Whether their last page has no key, and ours has one there. */
  private static boolean onlyWeGoOn(Exchange exchange) {
    int last = exchange.theirs().size() - 1;
    return last < exchange.ours().size()
        && exchange.theirs().get(last).field("LastEvaluatedKey").isEmpty()
        && exchange.ours().get(last).field("LastEvaluatedKey").isPresent();
  }

  /** All pages, less the key of the last and an empty page after it. */
  private static String withoutLastKey(Request request, List<Answer> pages) {
    int last = pages.size() - 1;
    boolean isEmpty =
        last > 0
            && pages
                .get(last)
                .field("ScannedCount")
                .map(n -> n.asNumber().equals("0"))
                .orElse(true);
    List<Answer> full = isEmpty ? pages.subList(0, last) : pages;
    return Canonical.without(request, full, "LastEvaluatedKey", "ConsumedCapacity");
  }
}

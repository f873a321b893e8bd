package dev.holdfast.jepsen.differential;

import dev.holdfast.jepsen.differential.DynamoDbEndpoint.Answer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/** Differences that we keep on purpose; each has a row of its name in docs/compatibility.md. */
enum Deviation {
  /** DynamoDB Local names Java classes and causes in its parse errors; we say what is wrong. */
  SERIALIZATION_WORDING(
      exchange -> exchange.sameError() && isOf("SerializationException", exchange.our())),
  /**
   * DynamoDB Local takes a number or truth for its text, or fails with 500; the service refuses.
   */
  LENIENT_JSON(
      exchange ->
          exchange.request().isMistaken() && isOf("SerializationException", exchange.our())),
  /** A member that we do not know is refused by name rather than ignored. */
  UNKNOWN_PARAMETER(
      exchange ->
          exchange.request().isMistaken()
              && exchange.our().message().startsWith("The parameter ")
              && exchange.our().message().endsWith(" is not known to Holdfast")),
  /** The service checks these words before anything else; DynamoDB Local ignores wrong ones. */
  UNCHECKED_CHOICE(
      exchange ->
          exchange.request().isMistaken()
              && (says(exchange.our(), "at 'returnConsumedCapacity' failed to satisfy")
                  || says(exchange.our(), "at 'returnItemCollectionMetrics' failed to satisfy"))),
  /** The service says which member is null; DynamoDB Local has other words for each. */
  MISSING_MEMBER(
      exchange ->
          exchange.sameError()
              && (says(exchange.our(), "Value null at '")
                  || says(exchange.our(), "The parameter 'TableName' is required"))),
  /** What the service declares of a member, and DynamoDB Local words for itself. */
  CONSTRAINT_WORDING(
      exchange ->
          exchange.sameError()
              && says(exchange.our(), "failed to satisfy constraint: ")
              && (theySay(exchange, "Limit must be greater than or equal to 1")
                  || theySay(exchange, "Limit in ListTables must be")
                  || theySay(exchange, "Select must be ALL_ATTRIBUTES")
                  || (exchange.isMistaken()
                      && says(exchange.our(), "Member must satisfy enum value set: ")
                      && exchange.their().message().matches("(?s)Invalid \\w+Expression: .*")))),
  /** The position of a syntax error and the text near it are the parser's own. */
  SYNTAX_ERROR_POSITION(
      exchange ->
          exchange.sameError()
              && says(exchange.their(), "Expression: Syntax error; token: ")
              && says(exchange.our(), "Expression: Syntax error; token: ")),
  /** DynamoDB names the allowed values of ReturnValues; DynamoDB Local does not. */
  RETURN_VALUES_WORDING(
      exchange ->
          exchange.sameError()
              && says(exchange.our(), "eturnValues")
              && theySay(exchange, "Return values set to invalid value")),
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
              && sameWithout(exchange, "ConsumedCapacity")),
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
              && exchange.request().mentions("\"ExclusiveStartKey\"")
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
                  .isPresent()),
  /** The service says what is wrong with a starting key; DynamoDB Local counts attributes. */
  START_KEY_WORDING(
      exchange ->
          exchange.sameError()
              && ((theySay(
                          exchange, "Exclusive Start Key must have same size as table's key schema")
                      && says(exchange.our(), "The provided starting key is invalid"))
                  || exchange
                      .their()
                      .message()
                      .endsWith("cannot be restarted. " + exchange.our().message())
                  || exchange
                      .our()
                      .message()
                      .equals("The provided starting key is invalid: " + exchange.their().message())
                  || (exchange.request().mentions("ExclusiveStartKey")
                      && theySay(exchange, "Type mismatch for attribute to update"))
                  || (exchange
                          .their()
                          .message()
                          .equals(
                              "The provided starting key does not match the range key predicate")
                      && (says(exchange.our(), "The provided starting key is outside query bound")
                          || says(exchange.our(), "cannot be restarted"))))),
  /** A key of a type that no key has does not match the schema, as any other wrong type. */
  KEY_TYPE_WORDING(
      exchange ->
          exchange.sameError()
              && (says(exchange.our(), "The provided key element does not match the schema")
                  || says(exchange.our(), "Type mismatch for key ")
                  || says(exchange.our(), "Type mismatch for Index Key "))
              && (theySay(exchange, "Invalid attribute value type")
                  || theySay(
                      exchange, "One or more parameter values were invalid: Type mismatch for key")
                  || theySay(
                      exchange,
                      "One or more parameter values were invalid: Type mismatch for Index Key"))),
  /** DynamoDB Local lists types of its own among those that attribute_type knows. */
  ATTRIBUTE_TYPE_WORDING(
      exchange ->
          exchange.sameError()
              && says(exchange.our(), "operator or function: attribute_type, operand type: {")
              && says(exchange.their(), "operator or function: attribute_type, operand type: {")),
  /** The number of attributes of a key is a matter of the schema. */
  KEY_COUNT_WORDING(
      exchange ->
          exchange.sameError()
              && says(exchange.our(), "The provided key element does not match the schema")
              && theySay(exchange, "The number of conditions on the keys is invalid")),
  /** In a batch, an item whose key does not fit is a key that does not match. */
  KEY_OF_A_BATCH_WORDING(
      exchange ->
          exchange.isOf("BatchWriteItem")
              && exchange.sameError()
              && says(exchange.our(), "The provided key element does not match the schema")),
  /** The service names the key that an item lacks. */
  EMPTY_ITEM_WORDING(
      exchange ->
          exchange.isOf("PutItem")
              && exchange.sameError()
              && says(exchange.our(), "Missing the key ")
              && theySay(exchange, "One of the required keys was not given a value")),
  /** The service says which key is too long. */
  KEY_SIZE_WORDING(
      exchange ->
          exchange.sameError()
              && says(exchange.our(), " has exceeded the ")
              && theySay(exchange, "Hash primary key values must be under 2048 bytes")),
  /** The service declares what a name is; a short one is merely one of no table of items. */
  NAME_WORDING(
      exchange ->
          (theySay(exchange, "Invalid table/index name.")
                  || theySay(exchange, "The table does not have the specified index: "))
              && (says(exchange.our(), "failed to satisfy constraint: Member must")
                  || says(exchange.our(), "failed to satisfy constraint: Map keys must")
                  || exchange.our().message().equals("Requested resource not found"))),
  /** The service's words for batches of nothing, and of too much. */
  BATCH_SIZE_WORDING(
      exchange ->
          exchange.sameError()
              && exchange.isMistaken()
              && (says(exchange.our(), "The requestItems parameter is required for Batch")
                  || says(exchange.our(), "failed to satisfy constraint: Map value must satisfy")
                  || says(exchange.our(), ".member.Keys' failed to satisfy constraint"))),
  /** A JSON null is an attribute without a value. */
  NULL_VALUE_WORDING(
      exchange ->
          exchange.sameError()
              && theySay(exchange, "The supplied Item contains a null AttributeValue")),
  /** The service never lets an index key become another type; DynamoDB Local may. */
  INDEX_KEY_TYPE(
      exchange ->
          exchange.isOf("UpdateItem")
              && (says(exchange.our(), "Type mismatch for Index Key ")
                  || (says(exchange.our(), "update the secondary index key to unsupported type")
                      && (exchange.theySucceed()
                          || theySay(exchange, "Invalid attribute value type")
                          || says(
                              exchange.their(), "update a secondary index key to a value that"))))),
  /** That an index key becomes empty is seen before the item is looked at. */
  INDEX_KEY_EMPTIED_FIRST(
      exchange ->
          exchange.isOf("UpdateItem")
              && isOf("ValidationException", exchange.our())
              && says(exchange.our(), "update a secondary index key to a value that is not")
              && says(exchange.our(), "cannot contain an empty ")
              && (exchange.request().mentions("{\"S\":\"\"}")
                  || exchange.request().mentions("{\"B\":\"\"}"))
              && (isOf("ConditionalCheckFailedException", exchange.their())
                  || UpdateErrors.ALL.contains(exchange.their().message()))),
  /** Whether a key is updated is seen before the condition is tried. */
  KEY_UPDATE_FIRST(
      exchange ->
          exchange.isOf("UpdateItem")
              && exchange.isMistaken()
              && exchange.their().status() == 400
              && says(exchange.our(), "This attribute is part of the key")),
  /** The service's words for segments that do not go together. */
  SEGMENT_WORDING(
      exchange ->
          exchange.isOf("Scan")
              && exchange.sameError()
              && exchange.isMistaken()
              && (says(exchange.our(), "The Segment parameter is ")
                  || says(exchange.our(), "The TotalSegments parameter is ")
                  || says(exchange.our(), "egment' failed to satisfy constraint")
                  || says(exchange.our(), "egments' failed to satisfy constraint"))),
  /** The service says which key a query lacks, and that it lacks any before what else is wrong. */
  KEY_CONDITION_WORDING(
      exchange ->
          exchange.isOf("Query")
              && exchange.sameError()
              && exchange.isMistaken()
              && (says(exchange.our(), "Query condition missed key schema element: ")
                  || says(exchange.our(), "Either the KeyConditions or KeyConditionExpression"))),
  /** The service names the attribute that AttributesToGet has twice. */
  ATTRIBUTES_TO_GET_WORDING(
      exchange ->
          exchange.sameError()
              && says(exchange.our(), "Duplicate value in attribute name: ")
              && (theySay(exchange, "Cannot have two attributes with the same name")
                  || says(exchange.their(), "does not project one or more filter attributes: "))),
  /** What an index does not hold is absent to the filter of a scan; DynamoDB Local looks it up. */
  FILTER_BEYOND_THE_INDEX(
      exchange ->
          exchange.isOf("Scan")
              && exchange.bothSucceed()
              && exchange.request().mentions("\"IndexName\"")
              && (exchange.request().mentions("\"FilterExpression\"")
                  || exchange.request().mentions("\"ScanFilter\""))),
  /** The service's words for an unknown table. */
  NO_TABLE_WORDING(
      exchange ->
          exchange.sameError()
              && theySay(exchange, "Cannot do operations on a non-existent table")
              && exchange.our().message().startsWith("Requested resource not found")),
  /** The service words what is wrong with a table unlike DynamoDB Local; also which comes first. */
  TABLE_WORDING(
      exchange ->
          exchange.isOf("CreateTable", "UpdateTable", "DeleteTable")
              && exchange.sameError()
              && TableErrors.ALL.stream().anyMatch(start -> theySay(exchange, start))),
  /** The service checks a request before it looks for the table. */
  CHECKED_BEFORE_FOUND(
      exchange ->
          exchange.isOf("CreateTable", "UpdateTable")
              && exchange.isMistaken()
              && (isOf("ResourceNotFoundException", exchange.their())
                  || isOf("ResourceInUseException", exchange.their()))
              && isOf("ValidationException", exchange.our())),
  /** On demand there is no throughput to ask for; DynamoDB Local ignores it. */
  THROUGHPUT_ON_DEMAND(
      exchange ->
          exchange.isOf("CreateTable", "UpdateTable")
              && exchange.theySucceed()
              && exchange.request().mentions("\"ProvisionedThroughput\"")
              && (exchange.request().mentions("\"BillingMode\":\"PAY_PER_REQUEST\"")
                  || says(exchange.our(), "Neither ReadCapacityUnits nor WriteCapacityUnits can"))
              && isOf("ValidationException", exchange.our())),
  /** An update to provisioned billing says how much, also of a table that is provisioned. */
  THROUGHPUT_NOT_GIVEN(
      exchange ->
          exchange.isOf("UpdateTable")
              && exchange.theySucceed()
              && !exchange.request().mentions("\"ProvisionedThroughput\"")
              && says(
                  exchange.our(),
                  "ProvisionedThroughput must be specified when BillingMode is PROVISIONED")),
  /** Limits that name none are none; DynamoDB Local takes them for a throughput. */
  LIMITS_OF_NOTHING(
      exchange ->
          exchange.isOf("CreateTable")
              && exchange.request().mentions("\"OnDemandThroughput\":{}")
              && theySay(exchange, "Table read and write throughput must be at least 1")),
  /** The service changes one thing at a time; DynamoDB Local takes several together. */
  ONE_CHANGE_AT_A_TIME(
      exchange ->
          exchange.isOf("UpdateTable")
              && isOf("ValidationException", exchange.our())
              && says(exchange.our(), "must be the only operation in the request")),
  /** DynamoDB Local has no table classes, and finds nothing to do in an update of one. */
  NO_TABLE_CLASS(
      exchange ->
          exchange.isOf("UpdateTable")
              && exchange.request().mentions("\"TableClass\"")
              && theySay(exchange, "Nothing to update")),
  /** DynamoDB Local does not look at limits on demand, table classes and encryption. */
  UNCHECKED_SETTING(
      exchange ->
          exchange.isOf("CreateTable", "UpdateTable")
              && exchange.isMistaken()
              && isOf("ValidationException", exchange.our())
              && (says(exchange.our(), "OnDemandThroughput")
                  || says(exchange.our(), "Invalid table-class parameter provided")
                  || says(exchange.our(), "sSESpecification")
                  || says(exchange.our(), "SSEType"))),
  /** DynamoDB Local fails with 500, which says nothing of what is right. */
  ORACLE_FAILS(exchange -> exchange.their().status() == 500),
  /** A scan from a given key meets what each system happens to have behind that key. */
  SCAN_FROM_A_KEY(
      exchange ->
          exchange.isOf("Scan")
              && exchange.isMistaken()
              && exchange.request().mentions("\"ExclusiveStartKey\"")
              && (exchange.bothSucceed()
                  || exchange
                      .ours()
                      .toString()
                      .contains("Exclusive start key must lie within the segment")
                  || exchange
                      .theirs()
                      .toString()
                      .contains("Exclusive start key must lie within the segment"))),
  /** DynamoDB Local shows a summary of billing when it says the default. */
  BILLING_SUMMARY(
      exchange ->
          exchange.bothSucceed()
              && exchange.theirs().toString().contains("{\"BillingMode\": \"PROVISIONED\"")
              && Canonical.withoutBillingSummary(exchange.theirs())
                  .equals(Canonical.withoutBillingSummary(exchange.ours()))),
  /** Of several actions that do not fit the item, DynamoDB Local names another. */
  WHICH_ACTION_FAILS(
      exchange ->
          exchange.isOf("UpdateItem")
              && exchange.sameError()
              && exchange.request().text("UpdateExpression").contains(",")
              && UpdateErrors.ALL.contains(exchange.our().message())
              && (UpdateErrors.ALL.contains(exchange.their().message())
                  || theySay(exchange, "DynamoDB only supports precision up to 38 digits"))),
  /** DynamoDB Local shows a path that is not the one that overlaps. */
  WHICH_PATHS_OVERLAP(
      exchange ->
          exchange.sameError()
              && says(exchange.their(), "Two document paths overlap with each other")
              && (says(exchange.our(), "Two document paths overlap with each other")
                  || says(exchange.our(), "expression is not defined; attribute value: "))),
  /** Of several names or values without a definition, DynamoDB Local names a later one. */
  WHICH_IS_UNDEFINED(
      exchange -> exchange.sameError() && UndefinedReference.isAnEarlierOne(exchange)),
  /** Numbers in messages are written as everywhere else, not as they came. */
  NUMBERS_IN_MESSAGES(
      exchange ->
          exchange.sameError()
              && says(exchange.our(), "The BETWEEN operator requires ")
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
              && ValueErrors.ALL.stream().anyMatch(part -> says(exchange.our(), part))
              && (says(exchange.their(), "A value provided cannot be converted into a number")
                  || theySay(exchange, "DynamoDB only supports precision up to 38 digits")
                  || theySay(exchange, "Nesting Levels have exceeded supported limits")
                  || says(exchange.their(), "Input collection "))),
  /** An update that only takes away creates an item in DynamoDB Local; see {@link Duel}. */
  REMOVAL_CREATES(
      exchange ->
          exchange.isOf("UpdateItem")
              && exchange.bothSucceed()
              && exchange.our().field("Attributes").isEmpty()
              && Duel.onlyTakesAway(exchange.request())
              && exchange.request().mentions("ALL_NEW"));

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
    private static final Set<String> ALL =
        Set.of(
            "The provided expression refers to an attribute that does not exist in the item",
            "An operand in the update expression has an incorrect data type",
            "The document path provided in the update expression is invalid for update");
  }

  /** DynamoDB Local's own words about tables. */
  private static final class TableErrors {
    private static final Set<String> ALL =
        Set.of(
            "The number of attributes in key schema must match the number of attributes defined",
            "Hash Key not specified in Attribute Definitions",
            "Range Key not specified in Attribute Definitions",
            "Table read and write throughput must be at least 1",
            "No provisioned throughput specified for the table",
            "Cannot create preexisting table",
            "No Attribute Schema Defined",
            "Cannot have two attributes with the same name",
            "Local Secondary indices must have the same hash key as the main table",
            "Local Secondary indices are not allowed on hash tables",
            "One or more keys is not specified as being hash or range",
            "Two keys can not have the same name",
            "Member must satisfy enum value set",
            "Too many hash keys specified",
            "No Hash Key specified in schema",
            "The requested throughput value equals the current value",
            "Nothing to update",
            "Two local secondary indices have the same name",
            "Local secondary indices must have a range key",
            "No attributes should be specified to be projected unless",
            "Key Schema too big",
            "Projection type must be INCLUDE, ALL, or KEYS_ONLY",
            "Cannot have more than 5 local secondary indexes per table",
            "Indexes must have a projection specified",
            "If Projection type INCLUDE is specified");
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

  private static boolean isOf(String errorType, Answer answer) {
    return answer.errorType().equals(errorType);
  }

  private static boolean says(Answer answer, String part) {
    return answer.message().contains(part);
  }

  private static boolean theySay(Exchange exchange, String start) {
    return exchange.their().message().startsWith(start);
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

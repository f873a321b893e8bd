package dev.holdfast.jepsen.differential;

import java.util.Arrays;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Differences that we keep on purpose in what is said of tables; each has a row of its name in
 * docs/compatibility.md.
 */
enum TableDeviation {
  /** The service's words for an unknown table. */
  NO_TABLE_WORDING(
      exchange ->
          exchange.sameError()
              && exchange.our().isOf("ResourceNotFoundException")
              && exchange.their().begins("Cannot do operations on a non-existent table")
              && exchange.our().begins("Requested resource not found")),
  /** The service words what is wrong with a table unlike DynamoDB Local; also which comes first. */
  TABLE_WORDING(
      exchange ->
          exchange.isOf("CreateTable", "UpdateTable", "DeleteTable")
              && exchange.sameError()
              && TableErrors.ALL.stream().anyMatch(start -> exchange.their().begins(start))
              && TableErrors.OF_THE_SERVICE.matcher(exchange.our().message()).lookingAt()),
  /** The service checks a request before it looks for the table. */
  CHECKED_BEFORE_FOUND(
      exchange ->
          exchange.isOf("CreateTable", "UpdateTable")
              && exchange.isMistaken()
              && (exchange.their().isOf("ResourceNotFoundException")
                  || exchange.their().isOf("ResourceInUseException"))
              && exchange.our().isOf("ValidationException")),
  /** On demand there is no throughput to ask for; DynamoDB Local ignores it. */
  THROUGHPUT_ON_DEMAND(
      exchange ->
          exchange.isOf("CreateTable", "UpdateTable")
              && exchange.theySucceed()
              && exchange.request().mentions("\"ProvisionedThroughput\"")
              && (exchange.request().mentions("\"BillingMode\":\"PAY_PER_REQUEST\"")
                  || exchange.our().says("Neither ReadCapacityUnits nor WriteCapacityUnits can"))
              && exchange.our().isOf("ValidationException")),
  /** An update to provisioned billing says how much, also of a table that is provisioned. */
  THROUGHPUT_NOT_GIVEN(
      exchange ->
          exchange.isOf("UpdateTable")
              && exchange.theySucceed()
              && !exchange.request().mentions("\"ProvisionedThroughput\"")
              && exchange
                  .our()
                  .says("ProvisionedThroughput must be specified when BillingMode is PROVISIONED")),
  /** Limits that name none are none; DynamoDB Local takes them for a throughput. */
  LIMITS_OF_NOTHING(
      exchange ->
          exchange.isOf("CreateTable")
              && exchange.request().mentions("\"OnDemandThroughput\":{}")
              && exchange.their().begins("Table read and write throughput must be at least 1")),
  /** The service changes one thing at a time; DynamoDB Local takes several together. */
  ONE_CHANGE_AT_A_TIME(
      exchange ->
          exchange.isOf("UpdateTable")
              && exchange.our().isOf("ValidationException")
              && exchange.our().says("must be the only operation in the request")),
  /** DynamoDB Local has no table classes, and finds nothing to do in an update of one. */
  NO_TABLE_CLASS(
      exchange ->
          exchange.isOf("UpdateTable")
              && exchange.request().mentions("\"TableClass\"")
              && exchange.their().begins("Nothing to update")),
  /** DynamoDB Local does not look at limits on demand, table classes and encryption. */
  UNCHECKED_SETTING(
      exchange ->
          exchange.isOf("CreateTable", "UpdateTable")
              && exchange.isMistaken()
              && exchange.our().isOf("ValidationException")
              && (exchange.our().says("OnDemandThroughput")
                  || exchange.our().says("Invalid table-class parameter provided")
                  || exchange.our().says("sSESpecification")
                  || exchange.our().says("SSEType"))),
  /** DynamoDB Local forgets what a table's throughput was when its billing is said again. */
  FORGOTTEN_DECREASES(
      exchange ->
          exchange.bothSucceed()
              && exchange.theirs().toString().contains("\"NumberOfDecreasesToday\": 0")
              && Canonical.withoutDecreases(exchange.theirs())
                  .equals(Canonical.withoutDecreases(exchange.ours()))),
  /** DynamoDB Local shows a summary of billing when it says the default. */
  BILLING_SUMMARY(
      exchange ->
          exchange.bothSucceed()
              && exchange.theirs().toString().contains("{\"BillingMode\": \"PROVISIONED\"")
              && Canonical.withoutBillingSummary(exchange.theirs())
                  .equals(Canonical.withoutBillingSummary(exchange.ours())));

  /** DynamoDB Local's own words about tables, and how those of the service begin. */
  private static final class TableErrors {
    private static final Pattern OF_THE_SERVICE =
        Pattern.compile(
            "One or more parameter values were invalid: |\\d+ validation errors? detected: "
                + "|Table already exists: |At least one of ProvisionedThroughput, "
                + "|The provisioned throughput for the table will not change\\. "
                + "|Invalid KeySchema: |Attribute Name is duplicated: "
                + "|Both the Hash Key and the Range Key "
                + "|Attempt to change a resource which is still in use");

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
            "Local Secondary Index range key not specified in Attribute Definitions",
            "If Projection type INCLUDE is specified");
  }

  @SuppressWarnings("ImmutableEnumChecker") // the predicates above have no state
  private final Predicate<Exchange> explanation;

  TableDeviation(Predicate<Exchange> explanation) {
    this.explanation = explanation;
  }

  static boolean known(Exchange exchange) {
    return Arrays.stream(values()).anyMatch(each -> each.explanation.test(exchange));
  }
}

package dev.holdfast.node.dynamodb;

import static dev.holdfast.node.dynamodb.PartiQlOverReplica.BATCH;
import static dev.holdfast.node.dynamodb.PartiQlOverReplica.TRANSACTION;
import static dev.holdfast.node.dynamodb.PartiQlOverReplica.all;
import static dev.holdfast.node.dynamodb.PartiQlOverReplica.validation;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Batches and transactions of PartiQL. The words are those that {@code
 * nubo-db/dynamodb-conformance} recorded from the service (tiers 2 and 3), where it has them.
 */
class PartiQlBatchesTest {
  @TempDir Path directory;
  private PartiQlOverReplica partiql;

  @BeforeEach
  void open() {
    partiql = new PartiQlOverReplica(directory.resolve("replica"));
  }

  @AfterEach
  void close() {
    partiql.close();
  }

  @Test
  void aBatchRunsEachStatementForItself() {
    assertThat(
            partiql.batch(
                "INSERT INTO plain VALUE {'k': 'a', 'v': 1}",
                "INSERT INTO plain VALUE {'k': 'b'}",
                "SLECT * FROM plain WHERE k = 'a'",
                "INSERT INTO none VALUE {'k': 'a'}",
                "UPDATE plain SET v = 2 WHERE k = 'none'"))
        .isEqualTo(
            "{\"Responses\":[{\"TableName\":\"plain\"},{\"TableName\":\"plain\"},"
                + "{\"Error\":{\"Code\":\"ValidationError\",\"Message\":\"Statement wasn't well"
                + " formed, can't be processed: Expected data manipulation\"}},"
                + "{\"Error\":{\"Code\":\"ResourceNotFound\",\"Message\":\"Requested resource not"
                + " found\"}},"
                + "{\"Error\":{\"Code\":\"ConditionalCheckFailed\",\"Message\":\"The conditional"
                + " request failed\"},\"TableName\":\"plain\"}]}");
    assertThat(
            partiql.batch(
                "UPDATE plain SET v = v + 1 WHERE k = 'a' RETURNING ALL NEW *",
                "INSERT INTO plain VALUE {'k': 'b'}"))
        .isEqualTo(
            "{\"Responses\":[{\"TableName\":\"plain\","
                + "\"Item\":{\"k\":{\"S\":\"a\"},\"v\":{\"N\":\"2\"}}},{\"Error\":{\"Code\":\"DuplicateItem\",\"Message\":\"Duplicate"
                + " primary key exists in table\"},\"TableName\":\"plain\"}]}");
    String key = "must specify the primary key in the where clause.";
    assertThat(
            partiql.batch(
                "SELECT v FROM plain WHERE k = 'a'",
                "SELECT * FROM plain WHERE k = 'none'",
                "SELECT * FROM plain",
                "SELECT * FROM plain WHERE k = 'a' AND v = 2",
                "SELECT * FROM sorted.\"by-o\" WHERE k = 'a' AND o = 'x'"))
        .startsWith(
            "{\"Responses\":[{\"TableName\":\"plain\",\"Item\":{\"v\":{\"N\":\"2\"}}},"
                + "{\"TableName\":\"plain\"},{\"Error\"")
        .satisfies(answer -> assertThat(answer.split(key, -1)).hasSize(4));
  }

  /** Recorded by nubo-db/dynoxide from the service: it counts in the total of a table only. */
  @Test
  void aStatementOfABatchThatFailsItsConditionCostsWhatTheWriteWouldHave() {
    partiql.run("INSERT INTO plain VALUE {'k': 'a', 'v': '" + "x".repeat(3000) + "'}");
    String statements =
        all(
            "Statements",
            "UPDATE plain SET v = 2 WHERE k = 'a' AND v = 5",
            "INSERT INTO plain VALUE {'k': 'b'}",
            "UPDATE plain SET v = 2 WHERE k = 'none'");
    String counted = statements.replaceFirst("\\{", "{\"ReturnConsumedCapacity\":\"TOTAL\",");
    assertThat(partiql.api().answer(BATCH, counted))
        .doesNotContain("\"Item\"")
        .contains("{\"TableName\":\"plain\",\"CapacityUnits\":5.0}");
    assertThat(partiql.api().answer(BATCH, counted.replace("TOTAL", "INDEXES")))
        .doesNotContain("ConsumedCapacity"); // b is there by now
    assertThat(
            partiql.api().answer(BATCH, counted.replace("TOTAL", "INDEXES").replace("'b'", "'c'")))
        .contains("\"CapacityUnits\":5.0,\"Table\":{\"CapacityUnits\":1.0}");
    String duplicate =
        all("Statements", "INSERT INTO plain VALUE {'k': 'a'}", "DELETE FROM none WHERE k = 'a'")
            .replaceFirst("\\{", "{\"ReturnConsumedCapacity\":\"TOTAL\",");
    assertThat(partiql.api().answer(BATCH, duplicate))
        .doesNotContain("\"Item\"", "ConsumedCapacity");
  }

  @Test
  void aBatchReadsOrWritesDistinctItems() {
    assertThat(
            partiql
                .api()
                .error(
                    BATCH,
                    all(
                        "Statements",
                        "DELETE FROM plain WHERE k='a'",
                        "SELECT * FROM plain WHERE k='b'")))
        .isEqualTo(
            validation("Read and write requests together in the same batch is not supported."));
    assertThat(
            partiql
                .api()
                .error(
                    BATCH,
                    all(
                        "Statements",
                        "DELETE FROM plain WHERE k='a'",
                        "INSERT INTO plain VALUE {'k':'a'}")))
        .isEqualTo(validation("Provided list of item keys contains duplicates"));
    String[] many = new String[26];
    Arrays.fill(many, "SELECT * FROM plain WHERE k='a'");
    assertThat(partiql.api().error(BATCH, all("Statements", many)))
        .contains(
            "at 'statements' failed to satisfy constraint: Member must have length less than");
  }

  @Test
  void aTransactionWritesEverythingOrNothing() {
    partiql.run("INSERT INTO plain VALUE {'k': 'a', 'v': 1}");
    assertThat(
            partiql.transaction(
                "INSERT INTO plain VALUE {'k': 'b'}",
                "UPDATE plain SET v = 2 WHERE k = 'a' AND v = 1",
                "DELETE FROM plain WHERE k = 'none' AND v = 1"))
        .isEqualTo("{\"Responses\":[]}");
    assertThat(
            partiql.cancelled(
                "INSERT INTO plain VALUE {'k': 'c'}",
                "INSERT INTO plain VALUE {'k': 'b'}",
                "UPDATE plain SET v = 3 WHERE k = 'none'",
                "EXISTS(SELECT * FROM plain WHERE k = 'a' AND v = 2)",
                "EXISTS(SELECT * FROM plain WHERE k = 'nobody' AND v IS MISSING)"))
        .contains(
            "[None, ValidationError, ConditionalCheckFailed, None, ConditionalCheckFailed]",
            "\"Message\":\"Duplicate primary key exists in table\"");
    assertThat(
            partiql.transaction(
                "EXISTS(SELECT * FROM plain WHERE k = 'a' AND v = 2)",
                "DELETE FROM plain WHERE k = 'b'"))
        .isEqualTo("{\"Responses\":[]}");
    assertThat(
            partiql.transaction(
                "SELECT * FROM plain WHERE k = 'a'",
                "SELECT * FROM plain WHERE k = 'b'",
                "SELECT * FROM plain WHERE k = 'c'"))
        .isEqualTo("{\"Responses\":[{\"Item\":{\"k\":{\"S\":\"a\"},\"v\":{\"N\":\"2\"}}},{},{}]}");
    assertThat(
            partiql.cancelled(
                "INSERT INTO plain VALUE {'v': 1}", "DELETE FROM plain WHERE k = 'a'"))
        .contains("[ValidationError, None]", "Missing the key k in the item");
  }

  @Test
  void mistakesInATransactionSayWhereTheyAre() {
    String at = "Validation failed in TransactStatements[0]: ";
    assertThat(partiql.cancelled("UPDATE plain SET v = 1 WHERE k = 'a' RETURNING ALL NEW *"))
        .isEqualTo(validation(at + "RETURNING clause is not supported in ExecuteTransaction."));
    assertThat(partiql.cancelled("SELECT * FROM sorted.\"by-o\" WHERE k = 'a'"))
        .isEqualTo(validation(at + "Reads on indices are not supported within transactions."));
    assertThat(partiql.cancelled("SELECT * FROM plain WHERE"))
        .isEqualTo(
            validation(at + "Statement wasn't well formed, can't be processed: Unexpected term"));
    assertThat(partiql.cancelled("SELECT * FROM plain WHERE k = 'a' AND attribute_exists(v)"))
        .isEqualTo(
            validation(
                at
                    + "Select statements within ExecuteTransaction must specify the primary key in "
                    + "the where clause."));
    assertThat(partiql.cancelled("EXISTS(SELECT * FROM plain WHERE k = 'a')"))
        .isEqualTo(
            validation(at + "EXISTS() must contain a single item read with additional condition"));
    assertThat(
            partiql.cancelled(
                "DELETE FROM plain WHERE k = 'a'", "SELECT * FROM plain WHERE k = 'b'"))
        .contains("does not support both read and write operations in the same request.");
    assertThat(
            partiql.cancelled("DELETE FROM plain WHERE k = 'a'", "DELETE FROM plain WHERE k = 'a'"))
        .contains("Transaction request cannot include multiple operations on one item");
  }

  @Test
  void aTokenOfATransactionCountsOnce() {
    String once =
        all("TransactStatements", "INSERT INTO plain VALUE {'k': 'a'}")
            .replaceFirst("\\{", "{\"ClientRequestToken\":\"token\",");
    assertThat(partiql.api().answer(TRANSACTION, once)).isEqualTo("{\"Responses\":[]}");
    assertThat(partiql.api().answer(TRANSACTION, once)).isEqualTo("{\"Responses\":[]}");
    assertThat(partiql.api().error(TRANSACTION, once.replace("'a'", "'b'")))
        .contains("IdempotentParameterMismatchException");
  }

  /** Both write one item, under one request id: whichever came second would be lost. */
  @Test
  void aStatementOfABatchWhoseTableCannotBeLookedUpIsNotTriedAgainBesideTheOthers() {
    partiql.run("INSERT INTO sorted VALUE {'k': 'a', 'n': 1}");
    partiql.api().store().failLookups(1);

    String answer =
        partiql.batch(
            "UPDATE sorted SET x = 1 WHERE k = 'a' AND n = 1",
            "UPDATE sorted SET y = 2 WHERE k = 'a' AND n = 1");

    assertThat(answer).contains("{\"Error\":{\"Code\":\"InternalServerError\"");
    assertThat(partiql.run("SELECT * FROM sorted WHERE k = 'a' AND n = 1"))
        .contains("\"y\":{\"N\":\"2\"}")
        .doesNotContain("\"x\"");
  }
}

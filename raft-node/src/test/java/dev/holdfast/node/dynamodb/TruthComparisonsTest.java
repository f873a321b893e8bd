package dev.holdfast.node.dynamodb;

import static dev.holdfast.node.dynamodb.PartiQlOverReplica.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conditions of statements as booleans, which other conditions compare. */
class TruthComparisonsTest {
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

  /** As recorded by floci-io/floci from the service: a condition is a boolean. */
  @Test
  void conditionsAreComparedWithBooleans() {
    partiql.run("INSERT INTO plain VALUE {'k': 'x', 'n': 1, 'flag': 'right', 'yes': true}");
    for (String holds :
        List.of(
            "attribute_exists(nope) = false",
            "true = attribute_exists(n)",
            "attribute_exists(n) <> 1",
            "contains(nope, 'z') = false",
            "(n BETWEEN 0 AND 5) = true",
            "(n = 5 OR flag = 'x') = false",
            "attribute_exists(nope) IN [true, false]",
            "attribute_exists(nope) IN [false, 1]",
            "attribute_exists(n) = attribute_exists(flag)",
            "attribute_exists(nope) = (n > 1)",
            "attribute_exists(n) = yes",
            "attribute_exists(nope) <> yes")) {
      assertThat(partiql.run("SELECT n FROM plain WHERE k = 'x' AND " + holds))
          .as(holds)
          .contains("\"n\"");
    }
    for (String fails :
        List.of(
            "attribute_exists(n) = 1",
            "NOT attribute_exists(n) = true",
            "(attribute_exists(n) = true) = false",
            "attribute_exists(n) IN [1, false]",
            "attribute_exists(n) = (n > 1)",
            "attribute_exists(n) = flag")) {
      assertThat(partiql.run("SELECT n FROM plain WHERE k = 'x' AND " + fails))
          .as(fails)
          .isEqualTo(NOTHING);
    }
    assertThat(partiql.refused("SELECT n FROM plain WHERE k = 'x' AND attribute_exists(n) > false"))
        .contains("operator or function: >, operand type: BOOL");
  }

  /** Each of them would double the tree that is replicated. */
  @Test
  void comparisonsOfConditionsDoNotGrowWithinOneAnother() {
    assertThat(
            partiql.refused(
                "SELECT n FROM plain WHERE " + "(".repeat(50) + "n = 1" + ") = yes".repeat(50)))
        .contains("A condition as an operand of another one is not built yet in Holdfast");
    assertThat(
            partiql.run(
                "SELECT n FROM plain WHERE " + "(".repeat(50) + "n = 1" + ") = true".repeat(50)))
        .isEqualTo(NOTHING);
  }
}

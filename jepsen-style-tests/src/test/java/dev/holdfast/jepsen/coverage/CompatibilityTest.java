package dev.holdfast.jepsen.coverage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.coverage.ApiModel.Parameter;
import dev.holdfast.jepsen.coverage.CompatibilityTable.Row;
import dev.holdfast.jepsen.differential.DynamoDbEndpoint;
import dev.holdfast.jepsen.differential.DynamoDbEndpoint.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Nothing of the API is forgotten: neither by a node nor by docs/compatibility.md. */
class CompatibilityTest {
  private static final SortedMap<String, List<Parameter>> MODEL = ApiModel.operations();
  private static final SortedMap<String, Row> TABLE = CompatibilityTable.rows();

  @SuppressWarnings("NullAway.Init")
  private static LocalCluster cluster;

  @SuppressWarnings("NullAway.Init")
  private static DynamoDbEndpoint node;

  @BeforeAll
  static void start() {
    cluster = LocalCluster.start(1, 1);
    node = new DynamoDbEndpoint(cluster.endpoint(0));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void theModelIsReadWhole() {
    assertThat(MODEL).hasSizeGreaterThan(55);
    assertThat(MODEL.get("CreateTable"))
        .extracting(Parameter::path)
        .contains("TableName", "KeySchema.AttributeName", "Tags.Value");
  }

  @Test
  void theTableHasExactlyTheOperationsOfTheModel() {
    assertThat(TABLE.keySet()).containsExactlyElementsOf(MODEL.keySet());
  }

  @Test
  void everyParameterHasExactlyOneState() {
    List<String> wrong = new ArrayList<>();
    TABLE.forEach(
        (operation, row) -> {
          if (row.isBuilt()) {
            MODEL.getOrDefault(operation, List.of()).stream()
                .filter(parameter -> states(row, parameter.path()) != 1)
                .forEach(parameter -> wrong.add(operation + "." + parameter.path()));
          }
        });
    assertThat(wrong).isEmpty();
  }

  private static long states(Row row, String path) {
    return Stream.of(row.same(), row.stronger(), row.differs(), row.notYet())
        .filter(cell -> Row.names(cell, path))
        .count();
  }

  @Test
  void theTableNamesNoParameterThatTheModelDoesNotHave() {
    List<String> unknown = new ArrayList<>();
    TABLE.forEach(
        (operation, row) -> {
          List<String> paths =
              MODEL.getOrDefault(operation, List.of()).stream().map(Parameter::path).toList();
          Stream.of(row.same(), row.stronger(), row.differs(), row.notYet())
              .flatMap(List::stream)
              .filter(named -> !named.equals(Row.EVERYTHING) && !paths.contains(named))
              .forEach(named -> unknown.add(operation + "." + named));
        });
    assertThat(unknown).isEmpty();
  }

  /** An operation that is not there is refused by its name; one that is there knows its request. */
  @Test
  void aNodeHasTheOperationsThatTheTableSaysItHas() {
    TABLE.forEach(
        (operation, row) -> {
          Answer answer = node.call(operation, "[]");
          assertThat(answer.errorType())
              .as(operation)
              .isEqualTo(row.isBuilt() ? "SerializationException" : "UnknownOperationException");
          if (!row.isBuilt()) {
            assertThat(answer.message()).contains(operation + " is not built yet");
          }
        });
  }

  /** A value of a wrong type is met by whoever knows the parameter, and by nobody else. */
  @Test
  void aNodeKnowsEveryParameter() {
    List<String> forgotten = new ArrayList<>();
    MODEL.forEach(
        (operation, parameters) -> {
          Row row = TABLE.get(operation);
          if (row != null && row.isBuilt()) {
            for (Parameter parameter : parameters) {
              Answer answer = node.call(operation, parameter.probe());
              boolean typed = answer.errorType().equals("SerializationException");
              boolean unknown = answer.message().contains("is not known to Holdfast");
              if (unknown || (!typed && !Row.names(row.notYet(), parameter.path()))) {
                forgotten.add(operation + "." + parameter.path() + ": " + answer);
              }
            }
          }
        });
    assertThat(forgotten).isEmpty();
  }

  @Test
  void everyTestThatTheTableNamesIsThere() throws IOException {
    String sources = sources();
    List<String> gone = new ArrayList<>();
    TABLE.forEach(
        (operation, row) -> {
          if (row.isBuilt() && row.tests().isEmpty()) {
            gone.add(operation + " names none");
          }
          row.tests().stream()
              .filter(test -> !sources.contains("class " + test) && !sources.contains(test + "()"))
              .forEach(test -> gone.add(operation + ": " + test));
        });
    assertThat(gone).isEmpty();
  }

  private static String sources() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String module :
        List.of(
            "protocol",
            "state-machine",
            "partition-manager",
            "client",
            "raft-node",
            "jepsen-style-tests")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src/test/java"))) {
        for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
          all.append(Files.readString(file));
        }
      }
    }
    return all.toString();
  }
}

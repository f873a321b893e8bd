package dev.holdfast.node.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.node.dynamodb.json.Constraints;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.RequestReader;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.node.dynamodb.operation.Operations;
import dev.holdfast.protocol.model.Bytes;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What it costs to check a put's constraints, beside reading it. Prints CPU time; asserts nothing
 * about it: {@code mvn test -pl raft-node -am -Dtest=ValidationMeasurementTest
 * -Dholdfast.measure=true -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@EnabledIfSystemProperty(named = "holdfast.measure", matches = "true")
class ValidationMeasurementTest {
  private static final int COUNT = 1_000_000;
  private static final int ROUNDS = 7;

  @TempDir Path directory;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final RequestReader reader = new RequestReader();

  @Test
  void aPutIsReadAndChecked() {
    Shape.Structure shape = shapeOfPut();
    Bytes body =
        Bytes.utf8(
            "{\"TableName\":\"songs\",\"ReturnConsumedCapacity\":\"TOTAL\",\"Item\":{\"k\":{\"S\":\"user-00000042\"},"
                + "\"v\":{\"S\":\""
                + "x".repeat(250)
                + "\"},\"n\":{\"N\":\"42\"}}}");
    for (int round = 1; round <= ROUNDS; round++) {
      long read = nanosOf(() -> reader.read(body, shape));
      long checked = nanosOf(() -> Constraints.checked(reader.read(body, shape), shape));
      Fields fields = reader.read(body, shape);
      long check = nanosOf(() -> Constraints.checked(fields, shape));
      System.out.printf(
          "round %d: reading %d ns, reading and checking %d ns, checking alone %d ns%n",
          round, read, checked, check);
    }
  }

  private Shape.Structure shapeOfPut() {
    try (LocalItemStore store = new LocalItemStore(directory)) {
      Operations operations =
          new Operations(
              store, store, Duration.ofSeconds(1), new Random(7)::nextLong, 1, Clock.systemUTC());
      return Objects.requireNonNull(operations.find("PutItem")).shape();
    }
  }

  private long nanosOf(Supplier<Fields> work) {
    long before = threads.getCurrentThreadCpuTime();
    int fieldCount = 0;
    for (int i = 0; i < COUNT; i++) {
      fieldCount += work.get().size();
    }
    assertThat(fieldCount).isEqualTo(3 * COUNT);
    return (threads.getCurrentThreadCpuTime() - before) / COUNT;
  }
}

package dev.holdfast.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.RequestId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Rule D8: a log entry of every kind, as released, decodes for ever. The fixtures are written by
 * {@code -Dgolden.update} and only when a kind is new; a changed fixture is a broken promise.
 */
class GoldenLogEntryTest {
  private static final Path FIXTURES = Path.of("src/test/resources/golden/log");

  @TestFactory
  Stream<DynamicTest> everyKindDecodesAndEncodesAsReleased() {
    return Samples.commands().entrySet().stream()
        .map(
            sample ->
                DynamicTest.dynamicTest(
                    sample.getKey(), () -> check(sample.getKey(), sample.getValue())));
  }

  @Test
  void everyFixtureHasASample() throws IOException {
    try (Stream<Path> files = Files.list(FIXTURES)) {
      List<String> names = new ArrayList<>();
      files.forEach(file -> names.add(String.valueOf(file.getFileName()).replace(".bin", "")));
      assertThat(names).containsExactlyInAnyOrderElementsOf(Samples.commands().keySet());
    }
  }

  private static void check(String name, Command command) throws IOException {
    LogEntry entry =
        new LogEntry(
            1_700_000_000_000_000L,
            List.of(
                new Proposal(
                    new RequestId(0x1122334455667788L, 0x99aabbccddeeff00L),
                    1_699_999_999_999_999L,
                    true,
                    command)));
    Path file = FIXTURES.resolve(name + ".bin");
    if (System.getProperty("golden.update") != null) {
      Files.createDirectories(FIXTURES);
      Files.write(file, CommandCodec.encode(entry).toByteArray());
    }
    Bytes released = Bytes.wrap(Files.readAllBytes(file));

    assertThat(CommandCodec.decode(released)).isEqualTo(entry);
    assertThat(CommandCodec.encode(entry)).isEqualTo(released);
  }

  @Test
  void everyKindOfCommandHasASample() {
    Map<String, Command> samples = Samples.commands();
    List<Class<?>> sampled = new ArrayList<>();
    samples.values().forEach(command -> sampled.add(command.getClass()));

    assertThat(sampled).containsAll(Sealed.records(Command.class));
  }
}

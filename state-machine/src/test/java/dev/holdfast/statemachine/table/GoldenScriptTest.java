package dev.holdfast.statemachine.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Table semantics as transcripts, reviewed as diffs. {@code -Dgolden.update} rewrites them.
 *
 * <p>A block is a line to run, {@code ---}, and what it answers; blank lines end blocks.
 */
class GoldenScriptTest {
  private static final Path DIRECTORY = Path.of("src/test/resources/golden");

  @ParameterizedTest
  @ValueSource(strings = {"writes", "updates", "local_indexes", "drop"})
  void theTranscriptIsAsRecorded(String name) throws IOException {
    Path file = DIRECTORY.resolve(name + ".txt");
    String recorded = Files.readString(file);

    String actual = run(recorded);

    if (System.getProperty("golden.update") != null) {
      Files.writeString(file, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(file));
  }

  private static String run(String recorded) {
    List<String> blocks = new ArrayList<>();
    try (GoldenScript script = new GoldenScript()) {
      for (String block : recorded.strip().split("\n\\s*\n")) {
        StringBuilder text = new StringBuilder();
        for (String line : block.split("\n")) {
          if (line.equals("---")) {
            break;
          }
          text.append(line).append('\n');
          if (!line.startsWith("#")) {
            text.append("---\n").append(script.run(line)).append('\n');
            break;
          }
        }
        blocks.add(text.toString());
      }
    }
    return String.join("\n", blocks);
  }
}

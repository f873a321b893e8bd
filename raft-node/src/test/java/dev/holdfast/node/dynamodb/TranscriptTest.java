package dev.holdfast.node.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the API answers, as transcripts that are reviewed as diffs; {@code -Dgolden.update} rewrites
 * the answers in them. {@link Transcript} says how they are written.
 */
class TranscriptTest {
  private static final Path DIRECTORY = Path.of("src/test/resources/transcripts");

  @TempDir Path directory;

  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void theApiAnswersAsRecorded(String name) throws IOException {
    Path file = DIRECTORY.resolve(name);
    String recorded = Files.readString(file);

    String actual;
    try (ApiOverReplica api = new ApiOverReplica(directory.resolve("replica"))) {
      actual = new Transcript(api).replay(recorded);
    }

    if (System.getProperty("golden.update") != null) {
      Files.writeString(file, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(file));
  }

  /** A transcript that says something else than the API is noticed, and put right. */
  @ParameterizedTest
  @MethodSource("wrongAnswers")
  void anAnswerThatIsNotRecordedIsNotRepeated(String recorded) {
    try (ApiOverReplica api = new ApiOverReplica(directory.resolve("replica"))) {
      assertThat(new Transcript(api).replay("> ListTables {\"Limit\":0}\n" + recorded))
          .isEqualTo(
              """
              > ListTables {"Limit":0}
              ! ValidationException 1 validation error detected: Value '0' at 'limit' failed to \
              satisfy constraint: Member must have value greater than or equal to 1
              """);
    }
  }

  static List<String> wrongAnswers() {
    return List.of("", "= {}\n", "! ValidationException another\n", "! Other 1 validation\n");
  }
}

package dev.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the public API owes its users: each type explains itself, and its example runs. */
class PublicTypesTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/holdfast/client");
  private static final Path EXAMPLES =
      Path.of("src/test/java/dev/holdfast/client/ClientExamplesTest.java");

  private record Source(String type, String text) {
    static Source of(Path file) {
      try {
        String name = String.valueOf(file.getFileName());
        return new Source(
            name.substring(0, name.length() - ".java".length()), Files.readString(file));
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    boolean isPublic() {
      return text.lines().anyMatch(line -> line.startsWith("public ") && line.contains(type));
    }
  }

  private static List<Source> publicTypes() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(Source::of)
          .filter(Source::isPublic)
          .toList();
    }
  }

  @Test
  void everyPublicTypeShowsAnExample() throws IOException {
    assertThat(publicTypes()).hasSizeGreaterThan(20);
    assertThat(publicTypes())
        .allSatisfy(source -> assertThat(source.text()).contains("<pre>{@code"));
  }

  @Test
  void everyPublicTypeIsUsedInAnExampleThatRuns() throws IOException {
    String examples = Files.readString(EXAMPLES);
    assertThat(publicTypes())
        .allSatisfy(source -> assertThat(examples).containsPattern("\\b" + source.type() + "\\b"));
  }
}

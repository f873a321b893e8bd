package dev.holdfast.jepsen.coverage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The table of docs/compatibility.md that has a row for every operation, and in its cells every
 * parameter.
 */
final class CompatibilityTable {
  private static final Path FILE = Path.of("../docs/compatibility.md");
  private static final String HEADER =
      "| operation | same | stronger | differs | not yet | shown by |";

  private CompatibilityTable() {}

  /**
   * A row.
   *
   * @param notYet parameters; or of an operation that is not there at all, {@code everything}
   */
  record Row(
      List<String> same,
      List<String> stronger,
      List<String> differs,
      List<String> notYet,
      List<String> tests) {
    static final String EVERYTHING = "everything";

    boolean isBuilt() {
      return !notYet.contains(EVERYTHING);
    }

    /** Whether a parameter, or one that it is in, is in these cells. */
    static boolean names(List<String> cell, String parameter) {
      return cell.stream()
          .anyMatch(named -> parameter.equals(named) || parameter.startsWith(named + "."));
    }
  }

  static SortedMap<String, Row> rows() {
    SortedMap<String, Row> rows = new TreeMap<>();
    boolean inside = false;
    for (String line : lines()) {
      if (line.equals(HEADER)) {
        inside = true;
      } else if (inside && !line.startsWith("|")) {
        break;
      } else if (inside && !line.startsWith("|---")) {
        String[] cells = line.split("\\|", -1);
        rows.put(
            words(cells[1]).get(0),
            new Row(
                words(cells[2]),
                words(cells[3]),
                words(cells[4]),
                words(cells[5]),
                words(cells[6])));
      }
    }
    return rows;
  }

  private static List<String> lines() {
    try {
      return Files.readAllLines(FILE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> words(String cell) {
    return Arrays.stream(cell.replace("`", "").split(","))
        .map(String::trim)
        .filter(word -> !word.isEmpty())
        .toList();
  }
}

package dev.holdfast.node.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.node.architecture.SourceTree.JavaFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** House rules H5, H6, H14 and H15: names, sizes and shape of every source file. */
class HouseRulesTest {
  private static final int FILE_LINES_MAX = 600;
  private static final int METHOD_LINES_MAX = 60;
  private static final int COLUMNS_MAX = 100;
  private static final Pattern BANNED_NAME =
      Pattern.compile("\\b(?:class|interface|record|enum) \\w+(?:Impl|Utils?|Helper)\\b");
  private static final Pattern OPEN_TASK =
      Pattern.compile("\\b(?:TODO|FIXME|XXX)\\b(?!\\(#\\d+\\))");
  private static final Pattern METHOD_START =
      Pattern.compile(
          "^( {2,})(?!(?:if|for|while|switch|try|return|else|do|synchronized) ?\\b)[\\w<].*");

  private static final List<JavaFile> FILES = SourceTree.find().javaFiles();

  @Test
  void theTreeIsReallyRead() {
    assertThat(FILES).hasSizeGreaterThan(100);
  }

  @Test
  void noFileIsLongerThanTheHardLimit() {
    assertThat(FILES.stream().filter(file -> file.lines().size() > FILE_LINES_MAX))
        .extracting(JavaFile::path)
        .isEmpty();
  }

  @Test
  void noLineIsWiderThanAPage() {
    List<String> wide = new ArrayList<>();
    for (JavaFile file : FILES) {
      collect(file, line -> isTooWide(line, file.isMain()), wide);
    }
    assertThat(wide).isEmpty();
  }

  /**
   * A long import or address cannot be broken; a quotation in a test is easier to compare whole.
   */
  private static boolean isTooWide(String line, boolean main) {
    return line.codePointCount(0, line.length()) > COLUMNS_MAX
        && !line.startsWith("import ")
        && !line.contains("://")
        && (main || !line.contains("\""));
  }

  @Test
  void noMethodIsLongerThanAScreen() {
    List<String> tooLong = new ArrayList<>();
    for (JavaFile file : FILES) {
      new MethodLengths(file).collect(METHOD_LINES_MAX, tooLong);
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void namesSayWhatATypeIs() {
    assertThat(linesWhere(line -> BANNED_NAME.matcher(line).find())).isEmpty();
  }

  @Test
  void openTasksHaveAnIssueNumber() {
    assertThat(
            linesWhere(line -> OPEN_TASK.matcher(line).find() && !line.contains("Pattern.compile")))
        .isEmpty();
  }

  @Test
  void testsWaitForConditionsAndNeverSleep() {
    List<String> sleeps = new ArrayList<>();
    for (JavaFile file : FILES) {
      if (!file.isMain()) {
        collect(file, line -> line.contains("Thread." + "sleep("), sleeps);
      }
    }
    assertThat(sleeps).isEmpty();
  }

  @Test
  void noTestIsSwitchedOff() {
    assertThat(linesWhere(line -> line.strip().startsWith("@" + "Disabled"))).isEmpty();
  }

  @Test
  void everyPackageSaysWhatItIsForAndIsNullMarked() {
    TreeSet<Path> packages = new TreeSet<>();
    TreeSet<Path> described = new TreeSet<>();
    for (JavaFile file : FILES) {
      if (!file.isMain()) {
        continue;
      }
      Path directory = file.path().getParent();
      packages.add(directory);
      boolean description = file.typeName().equals("package-info");
      if (description
          && file.lines().stream().anyMatch(line -> line.startsWith("@NullMarked"))
          && file.lines().get(0).startsWith("/**")) {
        described.add(directory);
      }
    }
    packages.removeAll(described);
    assertThat(packages)
        .as("packages without a @NullMarked, documented package-info.java")
        .isEmpty();
  }

  private static List<String> linesWhere(Predicate<String> condition) {
    List<String> found = new ArrayList<>();
    FILES.forEach(file -> collect(file, condition, found));
    return found;
  }

  private static void collect(JavaFile file, Predicate<String> condition, List<String> found) {
    for (int i = 0; i < file.lines().size(); i++) {
      if (condition.test(file.lines().get(i))) {
        found.add(file.at(i) + " " + file.lines().get(i).strip());
      }
    }
  }

  /**
   * Measures methods by the layout that the formatter guarantees: a body ends at its own indent.
   */
  private record MethodLengths(JavaFile file) {
    void collect(int linesMax, List<String> tooLong) {
      List<String> lines = file.lines();
      for (int start = 0; start < lines.size(); start++) {
        String line = lines.get(start);
        if (!METHOD_START.matcher(line).matches() || !opensMethod(start)) {
          continue;
        }
        String end = " ".repeat(line.length() - line.stripLeading().length()) + "}";
        int last = start;
        while (last < lines.size() && !lines.get(last).equals(end)) {
          last++;
        }
        if (last - start + 1 > linesMax) {
          tooLong.add(file.at(start) + " has " + (last - start + 1) + " lines");
        }
      }
    }

    /**
     * A declaration has a parameter list, names no type, and its statement ends in an open brace.
     */
    private boolean opensMethod(int start) {
      String before = file.lines().get(start - 1).strip();
      if (!before.isEmpty() && !before.matches(".*([;{}]|\\*/)|@.*")) {
        return false;
      }
      StringBuilder declaration = new StringBuilder();
      for (int i = start; i < Math.min(start + 12, file.lines().size()); i++) {
        String line = file.lines().get(i).replaceFirst(" //.*", "").strip();
        declaration.append(line).append(' ');
        boolean statement = line.endsWith(";") || line.endsWith("->") || line.endsWith("-> {");
        if (statement || line.endsWith("{}")) {
          return false;
        }
        if (line.endsWith("{")) {
          String text = declaration.toString();
          return text.matches("[^=\"]*\\w\\(.*\\)( throws [\\w., ]+)? \\{ ")
              && !text.matches(".*\\b(class|record|interface|enum|new) .*");
        }
      }
      return false;
    }
  }
}

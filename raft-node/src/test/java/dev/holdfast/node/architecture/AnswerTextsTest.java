package dev.holdfast.node.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Every text that a client may be answered stands in a transcript of the API or in a test. The
 * texts are the strings with words in them, in the code whose errors are answers: an answer that
 * nobody has ever seen is an answer that may say anything.
 */
class AnswerTextsTest {
  private static final String BASE = "src/main/java/dev/holdfast/";

  /**
   * Where answers come from, below the sources of a module. Of the meta group only tables: what it
   * says of members, splits and moves is answered to operators, not by the API.
   */
  private static final Pattern ANSWERING =
      Pattern.compile(
          ".*/"
              + BASE
              + "(node/dynamodb/.*|protocol/parser/[^/]*|statemachine/evaluation/[^/]*"
              + "|statemachine/table/[^/]*|partition/meta/Table[^/]*"
              + "|protocol/model/(DynamoNumber|ItemEncoder))\\.java");

  /** A text is at least this long, and has a space between two words. */
  private static final int LENGTH_MIN = 12;

  private static final Pattern WORDS = Pattern.compile("(?s).*\\S \\S.*");

  private static final String NATIVE =
      "the API has checked it before; only another client of the native port can do this";

  /** How texts begin that need not be named, and why. */
  private static final Map<String, String> EXCEPTIONS =
      Map.ofEntries(
          Map.entry(
              "ReservedWords: ABORT ABSOLUTE",
              "a list of words, of which any may stand in a message"),
          Map.entry("Keywords: absolute action", "a list of words"),
          Map.entry("ItemWriter: is not a set", "its callers pass constants"),
          Map.entry(
              "Shape: declared twice:",
              "shapes are constants: a mistake fails when the class is loaded"),
          Map.entry(
              "TableAccess: the table has changed",
              "caught within; what is answered in the end has other words"),
          Map.entry(
              "WriteAnswers: no partition key in a checked item", "the item has been checked"),
          Map.entry(
              "IndexRows: the key lacks an attribute of the index",
              "what has rows in an index has them"),
          Map.entry("IndexRows: has a row for the absent item", "a broken store"),
          Map.entry("ItemWrites: The request does not fit the item", NATIVE),
          Map.entry("TableDecider: this partition holds items, not the cluster's", NATIVE),
          Map.entry("TableReader: this partition holds items, not the cluster's", NATIVE),
          Map.entry("RowSource: begins_with is not for numbers", NATIVE),
          Map.entry("TableChecks: Invalid table name:", NATIVE),
          Map.entry("TableChecks: A table cannot begin with", NATIVE),
          Map.entry("TableChecks: A table cannot have", NATIVE),
          Map.entry("TableUpdates: A table cannot have", NATIVE),
          Map.entry("TableChecks: Invalid key attribute name:", NATIVE),
          Map.entry("TableChecks: A table without a range key", NATIVE),
          Map.entry("TableChecks: Invalid key of index", NATIVE),
          Map.entry("TableChecks: Invalid projection of index", NATIVE),
          Map.entry("TableChecks: Indexes that project more than", NATIVE),
          Map.entry("TableChecks: One or more parameter values were invalid: Invalid tag", NATIVE));

  @Test
  void everyTextOfAnAnswerStandsInATranscriptOrATest() {
    SourceTree tree = SourceTree.find();
    String named = named(tree);
    List<String> unnamed = new ArrayList<>();
    for (SourceTree.JavaFile file : tree.javaFiles()) {
      if (ANSWERING.matcher("/" + file.path()).matches()) {
        for (String text : SourceTexts.of(file)) {
          if (isAnswer(text) && !named.contains(text.strip())) {
            unnamed.add(file.typeName() + ": " + text.strip());
          }
        }
      }
    }

    assertThat(unnamed)
        .as("neither a transcript nor a test names these; add them to a transcript")
        .filteredOn(text -> EXCEPTIONS.keySet().stream().noneMatch(text::startsWith))
        .isEmpty();
    assertThat(EXCEPTIONS.keySet())
        .as("exceptions that are none any more")
        .filteredOn(start -> unnamed.stream().noneMatch(text -> text.startsWith(start)))
        .isEmpty();
  }

  private static boolean isAnswer(String text) {
    return text.strip().length() >= LENGTH_MIN && WORDS.matcher(text.strip()).matches();
  }

  /** All that transcripts and tests say. */
  private static String named(SourceTree tree) {
    StringBuilder named = new StringBuilder();
    for (SourceTree.JavaFile file : tree.javaFiles()) {
      if (!file.isMain() && !file.typeName().equals("AnswerTextsTest")) {
        SourceTexts.of(file).forEach(text -> named.append(text).append('\n'));
      }
    }
    tree.resources("transcripts", "golden").forEach(text -> named.append(text).append('\n'));
    return named.toString();
  }
}

package dev.holdfast.node.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tags of tables through the API. */
class TableTagsTest {
  private static final String ARN = "arn:aws:dynamodb:eu-central-1:000000000000:table/songs";

  @TempDir Path directory;
  private ApiOverReplica api;

  @BeforeEach
  void open() {
    api = new ApiOverReplica(directory.resolve("replica"));
    api.answer("CreateTable", creation("songs", ""));
  }

  @AfterEach
  void close() {
    api.close();
  }

  private static String creation(String table, String member) {
    return "{\"TableName\":\""
        + table
        + "\",\"KeySchema\":[{\"AttributeName\":\"k\",\"KeyType\":\"HASH\"}],"
        + "\"AttributeDefinitions\":[{\"AttributeName\":\"k\",\"AttributeType\":\"S\"}],"
        + member
        + "\"BillingMode\":\"PAY_PER_REQUEST\"}";
  }

  private static String tag(String key, String value) {
    return "{\"Key\":\"" + key + "\",\"Value\":\"" + value + "\"}";
  }

  /** Tags with the numbers from the first, inclusive, to the last, exclusive. */
  private static String tags(int first, int end) {
    return IntStream.range(first, end)
        .mapToObj(i -> tag("k" + i, "v"))
        .collect(Collectors.joining(","));
  }

  private static String of(String member) {
    return "{\"ResourceArn\":\"" + ARN + "\"" + member + "}";
  }

  private static String tagging(String tags) {
    return of(",\"Tags\":[" + tags + "]");
  }

  private void assertRefused(String operation, String body, String message) {
    assertThat(api.error(operation, body))
        .contains("#ValidationException\"", "\"message\":\"" + message + "\"");
  }

  @Test
  void tagsAreAddedReplacedListedAndRemoved() {
    assertThat(api.answer("ListTagsOfResource", of(""))).isEqualTo("{\"Tags\":[]}");
    api.answer("TagResource", tagging(tag("env", "test") + "," + tag("team", "")));
    assertThat(api.answer("TagResource", tagging(tag("env", "live")))).as("no body").isEmpty();
    assertThat(api.answer("ListTagsOfResource", of("")))
        .isEqualTo("{\"Tags\":[" + tag("env", "live") + "," + tag("team", "") + "]}");
    api.answer("UntagResource", of(",\"TagKeys\":[\"env\",\"never\"]"));
    assertThat(api.answer("ListTagsOfResource", of("")))
        .isEqualTo("{\"Tags\":[" + tag("team", "") + "]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a+b-c=d.e_f:g/h@i", " ", "ключ", "café", "表", "7"})
  void lettersDigitsSpacesAndSomeSignsAreLegal(String text) {
    api.answer("TagResource", tagging(tag(text, text)));
    assertThat(api.answer("ListTagsOfResource", of(""))).contains(tag(text, text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"#!", "a,b", "100%", "(x)", "a&b", "<a>", "~a", "a;b", "🔑"})
  void otherSignsAreNot(String text) {
    assertRefused(
        "TagResource",
        tagging(tag("ok", "ok") + "," + tag(text, "v")),
        "The Tag Key provided is invalid, Key: " + text);
    assertRefused(
        "TagResource",
        tagging(tag("k", text)),
        "The Tag Value provided is invalid, Value: " + text);
    assertThat(api.answer("ListTagsOfResource", of(""))).isEqualTo("{\"Tags\":[]}");
  }

  @Test
  void lengthsAndPrefixesAreChecked() {
    String longest = "k".repeat(128);
    api.answer("TagResource", tagging(tag(longest, "v".repeat(256))));
    assertRefused(
        "TagResource",
        tagging(tag(longest + "k", "v")),
        "The Tag Key provided is invalid, Key: " + longest + "k");
    assertRefused(
        "TagResource",
        tagging(tag("k", "v".repeat(257))),
        "The Tag Value provided is invalid, Value: " + "v".repeat(257));
    assertRefused("TagResource", tagging(tag("", "v")), "The Tag Key provided is invalid, Key: ");
    assertRefused("TagResource", tagging("{}"), "The Tag Key provided is invalid, Key: null");
    assertRefused(
        "TagResource",
        tagging("{\"Key\":\"k\"}"),
        "The Tag Value provided is invalid, Value: null");
    assertRefused(
        "TagResource",
        tagging(tag("aws:zzz", "v")),
        "Tag Key cannot be prefixed with aws:, Key: aws:zzz");
    assertRefused(
        "UntagResource", of(",\"TagKeys\":[\"\"]"), "The Tag Key provided is invalid, Key: ");
  }

  @Test
  void nothingAndTheSameTwiceAreRefused() {
    assertRefused("TagResource", tagging(""), "Atleast one Tag needs to be provided as Input.");
    assertRefused(
        "UntagResource",
        of(",\"TagKeys\":[]"),
        "Atleast one Tag Key needs to be provided as Input.");
    assertRefused(
        "TagResource",
        tagging(tag("dup", "1") + "," + tag("dup", "1")),
        "Duplicate Tag Keys provided as input: Duplicate Tag Key found dup");
  }

  @Test
  void fiftyTagsAreTheMostAndComeInOneAnswer() {
    String tooMany = "Number of Tags exceed the current limit for the provided ResourceArn";
    api.answer("TagResource", tagging(tags(0, 49)));
    assertRefused("TagResource", tagging(tags(48, 51)), tooMany);
    api.answer("TagResource", tagging(tags(48, 50)));
    assertRefused("TagResource", tagging(tags(0, 51)), tooMany);
    assertRefused("CreateTable", creation("other", "\"Tags\":[" + tags(0, 51) + "],"), tooMany);
    assertThat(api.answer("ListTagsOfResource", of("")))
        .contains("\"k0\"", "\"k49\"")
        .doesNotContain("NextToken");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "songs|One or more parameter values were invalid: ARNs must start with 'arn:': songs",
        "arn:aws:s3:::songs|One or more parameter values were invalid: Provided Arn is not a"
            + " DynamoDB resource arn: arn:aws:s3:::songs",
        "arn:aws:dynamodb:a:0:table/songs/index/i|One or more parameter values were invalid:"
            + " Invalid resource arn provided, only table or stream is accepted. Provided resource"
            + " arn: arn:aws:dynamodb:a:0:table/songs/index/i"
      })
  void onlyTablesHaveTags(String arn, String message) {
    assertRefused("ListTagsOfResource", "{\"ResourceArn\":\"" + arn + "\"}", message);
  }

  @Test
  void aTableThatDoesNotExistIsNamedByItsArn() {
    String missing =
        "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException\",\"message\":"
            + "\"Requested resource not found: ResourceArn: "
            + ARN
            + "x not found\"}";
    assertThat(api.error("ListTagsOfResource", of("").replace("songs", "songsx")))
        .isEqualTo(missing);
    assertThat(api.error("TagResource", tagging(tags(0, 1)).replace("songs", "songsx")))
        .isEqualTo(missing);
    assertThat(api.error("UntagResource", of(",\"TagKeys\":[\"k\"]").replace("songs", "songsx")))
        .isEqualTo(missing);
  }
}

package dev.holdfast.node.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Policies of tables through the API. */
class ResourcePolicyTest {
  private static final String ARN = "arn:aws:dynamodb:eu-central-1:000000000000:table/songs";
  private static final String CANONICAL =
      "{'Version':'2012-10-17','Statement':[{'Sid':'reads','Effect':'Allow','Principal':"
          + "{'AWS':'arn:aws:iam::123456789012:root'},'Action':'dynamodb:GetItem','Resource':'*'}"
          + "]}";
  private static final Pattern REVISION = Pattern.compile("\"RevisionId\":\"([0-9]{13})\"");

  @TempDir Path directory;
  private ApiOverReplica api;

  @BeforeEach
  void open() {
    api = new ApiOverReplica(directory.resolve("replica"));
  }

  @AfterEach
  void close() {
    api.close();
  }

  private void create(String... members) {
    api.answer(
        "CreateTable",
        "{\"TableName\":\"songs\",\"KeySchema\":[{\"AttributeName\":\"k\",\"KeyType\":\"HASH\"}],"
            + "\"AttributeDefinitions\":[{\"AttributeName\":\"k\",\"AttributeType\":\"S\"}],"
            + String.join("", members)
            + "\"BillingMode\":\"PAY_PER_REQUEST\"}");
  }

  /** With ' for ", as a JSON string. */
  private static String quoted(String document) {
    return "\"" + document.replace("'", "\\\"") + "\"";
  }

  private static String of(String... members) {
    return "{\"ResourceArn\":\"" + ARN + "\"" + String.join("", members) + "}";
  }

  private static String policy(String document) {
    return ",\"Policy\":" + quoted(document);
  }

  private static String expecting(String revision) {
    return ",\"ExpectedRevisionId\":\"" + revision + "\"";
  }

  private String put(String document) {
    return revision(api.answer("PutResourcePolicy", of(policy(document))));
  }

  private static String revision(String answer) {
    Matcher found = REVISION.matcher(answer);
    assertThat(found.find()).as(answer).isTrue();
    return found.group(1);
  }

  private void assertNotFound(String operation, String body, String why) {
    assertThat(api.error(operation, body))
        .isEqualTo(
            "{\"__type\":\"com.amazonaws.dynamodb.v20120810#PolicyNotFoundException\","
                + "\"message\":\"Resource-based policy not found for the provided ResourceArn: "
                + why
                + "\"}");
  }

  @Test
  void aPolicyIsAttachedReadAndRemoved() {
    create();
    assertNotFound("GetResourcePolicy", of(), ARN);
    assertThat(api.answer("DeleteResourcePolicy", of())).isEqualTo("{}");

    String revision = put(CANONICAL);
    assertThat(api.answer("GetResourcePolicy", of()))
        .isEqualTo("{\"Policy\":" + quoted(CANONICAL) + ",\"RevisionId\":\"" + revision + "\"}");

    assertThat(revision(api.answer("DeleteResourcePolicy", of()))).isEqualTo(revision);
    assertNotFound("GetResourcePolicy", of(), ARN);
    assertThat(put(CANONICAL)).isGreaterThan(revision);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'Statement':{'Resource':['*'],'Action':['dynamodb:GetItem'],'Effect':'allow',"
            + "'Principal':{'AWS':['123456789012','arn:aws:iam::123456789012:root']},"
            + "'Sid':'reads'},'Version':'2012-10-17'}",
        "{ 'Version' : '2012-10-17', 'Statement' : [ {'Sid':'reads', 'Effect':'Allow',"
            + " 'Principal':{'AWS':'123456789012'}, 'Action':'dynamodb:GetItem', 'Resource':'*'} ]"
            + " }"
      })
  void policiesThatMeanTheSameAreTheSameRevision(String other) {
    create();
    String revision = put(CANONICAL);
    assertThat(put(other)).isEqualTo(revision);
    assertThat(api.answer("GetResourcePolicy", of())).contains(quoted(CANONICAL));
    assertThat(put(other.replace("GetItem", "PutItem"))).isGreaterThan(revision);
  }

  @Test
  void anExpectedRevisionMustBeTheOneThatIsThere() {
    create();
    assertNotFound(
        "PutResourcePolicy",
        of(policy(CANONICAL), expecting("123456789")),
        "Requested update for policy with revision id 123456789, but table songs has no associated"
            + " policy.");
    String first =
        revision(api.answer("PutResourcePolicy", of(policy(CANONICAL), expecting("NO_POLICY"))));
    assertNotFound(
        "PutResourcePolicy",
        of(policy(CANONICAL), expecting("NO_POLICY")),
        "Requested policy update expecting none to be present for table songs, but a policy exists"
            + " with revision id "
            + first
            + ".");
    String second =
        revision(
            api.answer(
                "PutResourcePolicy",
                of(policy(CANONICAL.replace("Get", "Put")), expecting(first))));
    assertNotFound(
        "DeleteResourcePolicy",
        of(expecting(first)),
        "Requested update for policy with revision id "
            + first
            + ", but the policy associated to target table songs has revision id "
            + second
            + ".");
    assertThat(revision(api.answer("DeleteResourcePolicy", of(expecting(second)))))
        .isEqualTo(second);
  }

  @Test
  void aTableMayBeginWithAPolicyWhichItsDescriptionDoesNotShow() {
    create("\"ResourcePolicy\":", quoted(CANONICAL), ",");
    assertThat(api.answer("DescribeTable", "{\"TableName\":\"songs\"}"))
        .doesNotContain("Policy", "dynamodb:GetItem");
    assertThat(api.answer("GetResourcePolicy", of()))
        .contains(quoted(CANONICAL), "\"RevisionId\":\"1700000000000\"");
  }

  /** A name used again inherits nothing. */
  @Test
  void aPolicyGoesWithItsTable() {
    create();
    put(CANONICAL);
    api.answer("DeleteTable", "{\"TableName\":\"songs\"}");
    create();
    assertNotFound("GetResourcePolicy", of(), ARN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nonsense|This policy contains invalid Json",
        "[]|This policy contains invalid Json",
        "null|This text appears not to be a policy",
        "{}|Syntax error at position (1,3)",
        "{'Statement':[]}|Could not parse the policy: Statement is empty!",
        "{'Statement':[{}]}|Missing required field Effect",
        "{'Statement':{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'a'}}"
            + "|Missing required field Resource",
        "{'Version':'1','Statement':[]}|The policy must contain a valid version string"
      })
  void whatIsNoPolicyIsRefused(String document, String why) {
    create();
    assertThat(api.error("PutResourcePolicy", of(policy(document))))
        .contains(
            "ValidationException",
            "\"One or more parameter values were invalid: Invalid policy document: " + why + "\"");
  }

  @Test
  void sameIdsAnybodyAndTooManyBytesAreRefused() {
    create();
    String statement = CANONICAL.substring(CANONICAL.indexOf("[{") + 1, CANONICAL.length() - 2);
    assertThat(
            api.error(
                "PutResourcePolicy",
                of(policy("{'Statement':[" + statement + "," + statement + "]}"))))
        .contains("Invalid policy document: The Statement Ids in the policy are not unique");
    assertThat(
            api.error(
                "PutResourcePolicy",
                of(policy(CANONICAL.replace("arn:aws:iam::123456789012:root", "*")))))
        .contains("\"Resource-based policy grants unbounded access in one or more elements.");
    assertThat(api.error("PutResourcePolicy", of(policy(CANONICAL + " ".repeat(20_480)))))
        .contains(
            "\"One or more parameter values were invalid: Maximum policy size of 20480 bytes"
                + " exceeded\"");
    assertThat(put(CANONICAL + " ".repeat(20_480 - CANONICAL.length()))).isNotEmpty();
  }

  @Test
  void aTableThatDoesNotExistIsNamed() {
    for (String operation : new String[] {"GetResourcePolicy", "DeleteResourcePolicy"}) {
      assertThat(api.error(operation, of()))
          .contains(
              "ResourceNotFoundException",
              "\"Requested resource not found: Table: songs not found\"");
    }
    assertThat(api.error("PutResourcePolicy", of(policy(CANONICAL))))
        .contains("\"Requested resource not found: Table: songs not found\"");
  }
}

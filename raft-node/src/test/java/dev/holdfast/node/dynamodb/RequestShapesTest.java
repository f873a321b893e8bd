package dev.holdfast.node.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.node.http.HttpAnswer;
import dev.holdfast.node.http.HttpAnswer.Header;
import dev.holdfast.node.http.HttpCall;
import dev.holdfast.node.http.HttpHandler;
import dev.holdfast.protocol.model.Bytes;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a request must look like, and what is said to one that does not. The checksums are those
 * with which the service sent the same bodies: architect/dynalite, test/connection.js.
 */
class RequestShapesTest {
  private static final String UNREADABLE =
      "{\"__type\":\"com.amazon.coral.service#SerializationException\"}";
  private static final String UNKNOWN =
      "{\"__type\":\"com.amazon.coral.service#UnknownOperationException\"}";
  private static final String NO_TOKEN =
      "{\"__type\":\"com.amazon.coral.service#MissingAuthenticationTokenException\","
          + "\"message\":\"Request is missing Authentication Token\"}";

  @TempDir Path directory;
  private LocalItemStore store;
  private DynamoDbApi api;

  @BeforeEach
  void open() {
    store = new LocalItemStore(directory.resolve("replica"));
    serve(DynamoDbOptions.DEFAULT);
  }

  private void serve(DynamoDbOptions options) {
    api =
        new DynamoDbApi(
            store, store, options, (name, outcome, nanos) -> {}, new Random(7)::nextLong, () -> 0);
  }

  @AfterEach
  void close() {
    store.close();
  }

  /**
   * @param headers pairs of names and values
   */
  private HttpAnswer call(String method, String target, String body, String... headers) {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], headers[i + 1]);
    }
    HttpCall call =
        new HttpCall(method, target, all::get, Bytes.utf8(body), "request", Runnable::run);
    try {
      return api.handle(call).toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("no answer", e);
    }
  }

  private static void assertAnswer(
      HttpAnswer answer, int status, String contentType, String body, long checksum) {
    assertThat(answer.body().toUtf8()).isEqualTo(body);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.contentType()).isEqualTo(contentType);
    CRC32 sum = new CRC32();
    sum.update(answer.body().backingArray(), answer.body().arrayOffset(), answer.body().size());
    assertThat(sum.getValue()).isEqualTo(checksum);
  }

  private static void assertNoPage(HttpAnswer answer) {
    assertAnswer(answer, 404, "", "<UnknownOperationException/>\n", 3552371480L);
  }

  @Test
  void whatIsNoPostHasNoPage() {
    for (String method : new String[] {"PUT", "DELETE", "OPTIONS", "PATCH", "HEAD", "FETCH"}) {
      assertNoPage(call(method, "/", ""));
    }
    for (String target : new String[] {"/abc", "/-", "/index.htm", "/health", "//"}) {
      assertNoPage(call("GET", target, "")); // Alternator's test_health.py
    }
  }

  @Test
  void theRootSaysThatItIsHealthy() {
    HttpAnswer answer = call("GET", "/", "", "Host", "dynamodb.us-east-1.amazonaws.com");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().toUtf8())
        .isEqualTo("healthy: dynamodb.us-east-1.amazonaws.com ")
        .hasSize(42);
    assertThat(call("GET", "/?x=y", "").status()).isEqualTo(200);
  }

  @Test
  void aBodyOfAnotherContentTypeHasNoPage() {
    assertNoPage(call("POST", "/", "hi"));
    for (String type :
        new String[] {"whatever", "application/x-amz-json-1.1", "application/jsonasdf", ""}) {
      assertNoPage(call("POST", "/", "hi", "Content-Type", type));
    }
  }

  @Test
  void anAnswerHasTheContentTypeOfItsRequest() {
    for (String type :
        new String[] {
          "application/json", "application/json;", "  application/json  ;   asfd",
        }) {
      assertAnswer(
          call("POST", "/", "hi", "Content-Type", type),
          400,
          "application/json",
          UNREADABLE,
          3948637019L);
    }
    assertAnswer(
        call("POST", "/", "hi", "Content-Type", "application/x-amz-json-1.0;blahblah"),
        400,
        "application/x-amz-json-1.0",
        UNREADABLE,
        3948637019L);
    assertAnswer(
        call("POST", "/", "{}", "Content-Type", "application/x-amz-json-1.0"),
        400,
        "application/x-amz-json-1.0",
        UNKNOWN,
        1368724161L);
    assertThat(
            signed("ListTables", "{}", "Content-Type", "application/json;charset=x").contentType())
        .isEqualTo("application/json");
  }

  @Test
  void aTargetThatIsNoneIsAnUnknownOperation() {
    assertAnswer(call("POST", "/", ""), 400, "application/json", UNKNOWN, 1368724161L);
    for (String target :
        new String[] {
          "whatever",
          "",
          ".",
          "DynamoDB_20120810",
          "DynamoDB_20120810.ListTable",
          "DynamoDB_20120810.ListTables.x",
          "dynamodb_20120810.ListTables"
        }) {
      assertAnswer(
          call("POST", "/", "", "X-Amz-Target", target),
          400,
          "application/json",
          UNKNOWN,
          1368724161L);
    }
  }

  /** The target of a request, and a signature that is one to look at. */
  private HttpAnswer signed(String operation, String body, String... headers) {
    String[] all = java.util.Arrays.copyOf(headers, headers.length + 6);
    String[] signature = {
      "X-Amz-Target",
      "DynamoDB_20120810." + operation,
      "Authorization",
      "AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1/dynamodb/aws4_request,"
          + "SignedHeaders=host,Signature=00",
      "X-Amz-Date",
      "20260101T000000Z"
    };
    System.arraycopy(signature, 0, all, headers.length, signature.length);
    return call("POST", "/", body, all);
  }

  @Test
  void aBodyThatIsNoJsonObjectIsNotReadAtAll() {
    for (String body :
        new String[] {"", "{", "hi", "7", "\"a\": \"b\"", "{}{}", "{}}", "{'a':1}", "[]"}) {
      HttpAnswer answer = signed("ListTables", body, "Content-Type", "application/json");
      assertAnswer(answer, 400, "application/json", UNREADABLE, 3948637019L);
    }
  }

  @Test
  void aBodyThatIsNoJsonIsSaidBeforeAnythingOfTheHeaders() {
    String[] json = {"Content-Type", "application/json"};
    assertThat(call("POST", "/", "{", json).body().toUtf8()).isEqualTo(UNREADABLE);
    assertThat(call("POST", "/", "[]", json).body().toUtf8()).isEqualTo(UNKNOWN);
    assertThat(authorized("/", "AWS3", "{", json).body().toUtf8()).isEqualTo(UNREADABLE);
    assertThat(authorized("/", "AWS3", "{}", json).body().toUtf8()).isEqualTo(NO_TOKEN);
  }

  private HttpAnswer authorized(String target, String header, String body, String... others) {
    String[] all = java.util.Arrays.copyOf(others, others.length + (header.isEmpty() ? 2 : 4));
    all[others.length] = "X-Amz-Target";
    all[others.length + 1] = "DynamoDB_20120810.ListTables";
    if (!header.isEmpty()) {
      all[others.length + 2] = "Authorization";
      all[others.length + 3] = header;
    }
    return call("POST", target, body, all);
  }

  @Test
  void whatIsNotSignedSaysSo() {
    HttpAnswer[] unsigned = {
      authorized("/", "", ""),
      authorized("/", "AWS4", ""),
      authorized("/?X-Amz-Algorith", "X", ""),
      authorized(
          "/?X-Amz-Credential=a&X-Amz-Signature=b&X-Amz-SignedHeaders=c&X-Amz-Date=d", "", "")
    };
    for (HttpAnswer answer : unsigned) {
      assertAnswer(answer, 400, "application/json", NO_TOKEN, 2088342776L);
    }
  }

  @Test
  void whatIsSignedTwiceSaysSo() {
    assertAnswer(
        authorized("/?X-Amz-Algorithm", "X", ""),
        400,
        "application/json",
        "{\"__type\":\"com.amazon.coral.service#InvalidSignatureException\",\"message\":\"Found"
            + " both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP"
            + " header.\"}",
        2139606068L);
  }

  private static String incomplete(String message) {
    return "{\"__type\":\"com.amazon.coral.service#IncompleteSignatureException\",\"message\":\""
        + message
        + "\"}";
  }

  @Test
  void aSignatureInTheHeaderThatLacksPartsNamesThem() {
    assertAnswer(
        authorized("/", "AWS4-", ""),
        400,
        "application/json",
        incomplete(
            "Authorization header requires 'Credential' parameter. Authorization header requires"
                + " 'Signature' parameter. Authorization header requires 'SignedHeaders'"
                + " parameter. Authorization header requires existence of either a 'X-Amz-Date' or"
                + " a 'Date' header. Authorization=AWS4-"),
        1828866742L);
    Map<String, Long> checksums =
        Map.of(
            "AWS4- Signature=b Credential=a", 15336762L,
            "AWS4- Signature=b,Credential=a", 1159703774L,
            "AWS4- Signature=b, Credential=a", 164353342L);
    checksums.forEach(
        (header, checksum) ->
            assertAnswer(
                authorized("/", header, "", "Date", "a"),
                400,
                "application/json",
                incomplete(
                    "Authorization header requires 'SignedHeaders' parameter. Authorization="
                        + header),
                checksum));
  }

  @Test
  void aSignatureInTheQueryThatLacksPartsNamesThem() {
    assertAnswer(
        authorized("/?X-Amz-Algorithm", "", ""),
        400,
        "application/json",
        incomplete(
            "AWS query-string parameters must include 'X-Amz-Algorithm'. AWS query-string"
                + " parameters must include 'X-Amz-Credential'. AWS query-string parameters must"
                + " include 'X-Amz-Signature'. AWS query-string parameters must include"
                + " 'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'."
                + " Re-examine the query-string parameters."),
        2900502663L);
    assertAnswer(
        authorized("/?X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-Date=d", "", ""),
        400,
        "application/json",
        incomplete(
            "AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the"
                + " query-string parameters."),
        3712057481L);
  }

  @Test
  void aSignatureInTheQueryIsAsGoodAsOneInTheHeader() {
    HttpAnswer answer =
        authorized(
            "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=c&X-Amz-SignedHeaders=host"
                + "&X-Amz-Date=20260101T000000Z"
                + "&X-Amz-Credential=k%2F20260101%2Fus-east-1%2Fdynamodb%2Faws4_request",
            "", "{}", "Content-Type", "application/json");
    assertThat(answer.body().toUtf8()).isEqualTo("{\"TableNames\":[]}");
  }

  /** Noted from the service in architect/dynalite, index.js. */
  @Test
  void aSignatureOfAnotherFormSaysWhatIsWrongWithIt() {
    String rest = " SignedHeaders=host, Signature=s";
    Map<String, String> complaints =
        Map.of(
            "AWS4-HMAC-SHA25 Credential=a/b/c/d/e," + rest,
            "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA25' (only AWS4-HMAC-SHA256 for now). ",
            "AWS4-HMAC-SHA256 Credential=a/b/c/d," + rest,
            "Credential must have exactly 5 slash-delimited elements, e.g."
                + " keyid/date/region/service/term, got 'a/b/c/d'",
            "AWS4-HMAC-SHA256 Signature=b,    Credential,    SignedHeaders",
            "'Credential' not a valid key=value pair (missing equal-sign) in Authorization header:"
                + " 'AWS4-HMAC-SHA256 Signature=b,    Credential,    SignedHeaders'.");
    complaints.forEach(
        (header, complaint) ->
            assertThat(authorized("/", header, "", "Date", "a").body().toUtf8())
                .isEqualTo(incomplete(complaint)));
    assertThat(
            authorized("/", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e//," + rest, "{}", "Date", "a")
                .status())
        .isEqualTo(404); // signed well enough; its body is of no type
  }

  @Test
  void noPageMayReadTheAnswerUnlessThatIsSwitchedOn() {
    String[] headers = {"Origin", "x", "Access-Control-Request-Method", "POST"};
    assertNoPage(call("OPTIONS", "/", "", headers));
    for (String method : new String[] {"OPTIONS", "GET", "POST", "PUT"}) {
      assertThat(call(method, "/", "", headers).headers()).isEmpty();
    }
    HttpAnswer served =
        signed("ListTables", "{}", "Content-Type", "application/json", "Origin", "x");
    assertThat(served.status()).isEqualTo(200);
    assertThat(served.headers()).isEmpty();
  }

  @Test
  void anyPageMayReadTheAnswerAndABrowserIsToldSoBeforehand() {
    serve(DynamoDbOptions.DEFAULT.withAnyOrigin(true));
    Header anyOrigin = new Header("access-control-allow-origin", "*");
    Header exposed =
        new Header(
            "access-control-expose-headers",
            "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date");
    Header forTwoDays = new Header("access-control-max-age", "172800");

    HttpAnswer preflight =
        call(
            "OPTIONS",
            "/",
            "",
            "Origin",
            "whatever",
            "Access-Control-Request-Headers",
            "a, b, c",
            "Access-Control-Request-Method",
            "d");
    assertThat(preflight.status()).isEqualTo(200);
    assertThat(preflight.body()).isEqualTo(Bytes.EMPTY);
    assertThat(preflight.headers())
        .containsExactly(
            anyOrigin,
            exposed,
            new Header("access-control-allow-headers", "a, b, c"),
            new Header("access-control-allow-methods", "d"),
            forTwoDays);
    assertThat(call("OPTIONS", "/", "", "Origin", "whatever").headers())
        .containsExactly(anyOrigin, exposed, forTwoDays);
    for (String method : new String[] {"GET", "POST", "PUT"}) {
      String[] headers = {"Origin", "x", "Access-Control-Request-Method", "dog"};
      assertThat(call(method, "/", "", headers).headers()).containsExactly(anyOrigin, exposed);
      assertThat(call(method, "/", "").headers()).isEmpty();
    }
    HttpAnswer served =
        signed("ListTables", "{}", "Content-Type", "application/json", "Origin", "x");
    assertThat(served.status()).isEqualTo(200);
    assertThat(served.headers()).containsExactly(anyOrigin, exposed);
  }

  @Test
  void nothingIsEchoedThatCouldBeAHeaderOfItsOwn() {
    serve(DynamoDbOptions.DEFAULT.withAnyOrigin(true));
    HttpAnswer answer =
        call("OPTIONS", "/", "", "Origin", "x", "Access-Control-Request-Headers", "a\r\nb: c");
    assertThat(answer.headers())
        .extracting(Header::name)
        .contains("access-control-allow-origin")
        .doesNotContain("access-control-allow-headers");
  }

  @Test
  void aBodyThatIsNotWhatItsEncodingSaysIsAnInternalError() {
    HttpAnswer answer = api.refuse(HttpHandler.Refusal.NOT_DECODABLE);
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body().toUtf8())
        .contains("The request body is not what its Content-Encoding says");
  }

  @Test
  void aWrongTypeIsSaidWithACapitalLetter() {
    assertThat(
            signed("ListTables", "{\"Limit\":\"5\"}", "Content-Type", "application/json")
                .body()
                .toUtf8())
        .startsWith(
            "{\"__type\":\"com.amazon.coral.service#SerializationException\",\"Message\":\"");
  }
}

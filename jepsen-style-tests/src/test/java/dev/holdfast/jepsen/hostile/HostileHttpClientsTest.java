package dev.holdfast.jepsen.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every bad request has its typed error, and no bad client is felt by the others. */
class HostileHttpClientsTest {
  private static final int CONNECTIONS_MAX = 2_300;
  private static final int REQUEST_MILLIS_MAX = 1_500;
  private static final long UNSENT_BYTES_MAX = 66L << 20; // 64 MiB and an answer
  private static final long DRIP_NANOS = Duration.ofMillis(100).toNanos();
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String GET =
      "{\"TableName\":\"victims\",\"ConsistentRead\":true,\"Key\":{\"k\":{\"S\":\"a\"}}}";

  @SuppressWarnings("NullAway.Init")
  private static LocalCluster cluster;

  /**
   * A request and what must become of it.
   *
   * @param words what the message contains
   */
  private record Case(String name, String request, int status, String type, String words) {
    @Override
    public String toString() {
      return name;
    }
  }

  @BeforeAll
  static void start() throws IOException {
    cluster =
        LocalCluster.start(
            3,
            1,
            "http.connections.max=" + CONNECTIONS_MAX,
            "http.request.timeout.millis=" + REQUEST_MILLIS_MAX);
    try (RawHttp client = RawHttp.connect(cluster.httpPort(0))) {
      String table =
          "{\"TableName\":\"victims\",\"BillingMode\":\"PAY_PER_REQUEST\","
              + "\"AttributeDefinitions\":[{\"AttributeName\":\"k\",\"AttributeType\":\"S\"}],"
              + "\"KeySchema\":[{\"AttributeName\":\"k\",\"KeyType\":\"HASH\"}]}";
      assertThat(client.ask("CreateTable", table).status()).isEqualTo(200);
      Await.until("the table is active", LIMIT, () -> isAnswered(client, put("a", 10)));
    }
  }

  private static boolean isAnswered(RawHttp client, String put) {
    try {
      return client.ask("PutItem", put).status() == 200;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  /** Whatever was done to the nodes, an honest client is served, and they still run. */
  @AfterEach
  void anHonestClientIsServed() throws IOException {
    for (int node = 0; node < cluster.size(); node++) {
      try (RawHttp honest = RawHttp.connect(cluster.httpPort(node))) {
        assertThat(honest.ask("PutItem", put("a", 20)).status()).isEqualTo(200);
        assertThat(honest.ask("GetItem", GET).body()).contains("\"v\":{\"S\":\"" + "x".repeat(20));
      }
    }
  }

  private static String put(String key, int size) {
    return "{\"TableName\":\"victims\",\"Item\":{\"k\":{\"S\":\""
        + key
        + "\"},\"v\":{\"S\":\""
        + "x".repeat(size)
        + "\"}}}";
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (String body : List.of("", "{", "nonsense", "[]", "null", "\u0000", GET + "}", GET + GET)) {
      cases.add(invalidJson("the body '" + body + "'", body));
    }
    cases.add(invalidJson("100,000 brackets", "[".repeat(100_000)));
    cases.add(invalidJson("100,000 braces", "{\"Key\":".repeat(100_000)));
    cases.add(invalidJson("a deep key", "{\"Key\":" + "{\"M\":".repeat(5_000)));
    cases.add(of("no target", post("", "{}"), "UnknownOperationException", "Exception\"}"));
    for (String target : List.of("GetItem", "DynamoDB_20120810.", "DynamoDB_2.GetItem", "../..")) {
      cases.add(of(target, post(target, "{}"), "UnknownOperationException", "Exception\"}"));
    }
    cases.add(
        of(
            "not built",
            post("DynamoDB_20120810.CreateBackup", "{}"),
            "UnknownOperationException",
            "CreateBackup"));
    cases.add(wrongType("GetItem", "{\"TableName\":5}", "cannot be converted to String"));
    cases.add(wrongType("GetItem", "{\"TableName\":{}}", "Start of structure"));
    cases.add(wrongType("GetItem", "{\"TableName\":\"victims\",\"Key\":[]}", "Start of list"));
    cases.add(
        wrongType("Query", "{\"TableName\":\"t\",\"Limit\":\"9\"}", "cannot be converted to"));
    cases.addAll(invalidValues());
    return cases;
  }

  private static List<Case> invalidValues() {
    List<Case> cases = new ArrayList<>();
    cases.add(invalid("no table", "GetItem", "{\"Key\":{}}", "tableName"));
    cases.add(
        invalid(
            "a misspelt parameter",
            "PutItem",
            put("a", 1).replace("\"Item\"", "\"ConditionExpresion\":\"a = b\",\"Item\""),
            "ConditionExpresion"));
    cases.add(invalid("an item too large", "PutItem", put("b", 400 << 10), "maximum allowed size"));
    cases.add(
        invalid(
            "an item too deep",
            "PutItem",
            "{\"TableName\":\"victims\",\"Item\":{\"k\":{\"S\":\"d\"},\"v\":"
                + "{\"L\":[".repeat(40)
                + "]}".repeat(40)
                + "}}",
            "Nesting"));
    cases.add(
        invalid(
            "a condition too deep",
            "PutItem",
            put("a", 1)
                .replace(
                    "\"Item\"",
                    "\"ConditionExpression\":\"" + "NOT ".repeat(1_000) + "k = k\",\"Item\""),
            "ConditionExpression"));
    cases.add(
        new Case(
            "an unknown table",
            RawHttp.request("GetItem", GET.replace("victims", "nobody")),
            400,
            "ResourceNotFoundException",
            "not found"));
    cases.add(
        new Case(
            "an unsigned request",
            RawHttp.request("GetItem", GET).replaceFirst("Authorization: [^\r]*\r\n", ""),
            400,
            "MissingAuthenticationTokenException",
            "Authentication Token"));
    return cases;
  }

  private static Case of(String name, String request, String type, String words) {
    return new Case(name, request, 400, type, words);
  }

  private static Case invalidJson(String name, String body) {
    String shown = name.length() > 60 ? name.substring(0, 60) : name;
    return of(shown, RawHttp.request("GetItem", body), "SerializationException", "Exception\"}");
  }

  private static Case wrongType(String operation, String body, String words) {
    return of(body, RawHttp.request(operation, body), "SerializationException", words);
  }

  private static Case invalid(String name, String operation, String body, String words) {
    return of(name, RawHttp.request(operation, body), "ValidationException", words);
  }

  private static String post(String target, String body) {
    return RawHttp.head(target) + "Content-Length: " + body.length() + "\r\n\r\n" + body;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aBadRequestHasItsTypedErrorAndTheConnectionLivesOn(Case bad) throws IOException {
    try (RawHttp client = RawHttp.connect(cluster.httpPort(1))) {
      client.send(bad.request());
      RawHttp.Answer answer = client.answer();

      assertThat(answer.status()).as(answer.body()).isEqualTo(bad.status());
      assertThat(answer.errorType()).as(answer.body()).isEqualTo(bad.type());
      assertThat(answer.body()).contains(bad.words());
      assertTyped(answer);
      assertThat(client.ask("GetItem", GET).status()).isEqualTo(200);
    }
  }

  @Test
  void whatIsNoRequestOfTheApisHasNoPage() throws IOException {
    String request = RawHttp.request("GetItem", GET);
    try (RawHttp client = RawHttp.connect(cluster.httpPort(1))) {
      for (String other :
          List.of(
              request.replaceFirst("POST", "PATCH"),
              request.replaceFirst("x-amz-json-1.0", "x-amz-json-1.1"),
              request.replaceFirst("Content-Type: [^\r]*\r\n", ""))) {
        client.send(other);
        RawHttp.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo("<UnknownOperationException/>\n");
        assertThat(answer.header("x-amz-crc32")).isEqualTo("3552371480");
      }
    }
  }

  /** Each stands for more than a request may hold; the node has 384 MB. */
  @Test
  void bodiesThatGrowWhenTheyAreUnpackedDoNotFillTheMemory() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      byte[] blanks = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < 200; i++) {
        gzip.write(blanks);
      }
    }
    String head =
        RawHttp.head("DynamoDB_20120810.GetItem")
            + "Content-Encoding: gzip\r\nContent-Length: "
            + packed.size()
            + "\r\n\r\n";
    List<RawHttp> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      RawHttp client = RawHttp.connect(cluster.httpPort(1));
      clients.add(client);
      client.send(head);
      client.send(packed.toByteArray());
    }
    for (RawHttp client : clients) {
      assertThat(client.answer().status()).isEqualTo(413);
      assertThat(client.ask("GetItem", GET).status()).isEqualTo(200);
      client.close();
    }
  }

  /** As the service answers: with an id, a checksum, and nothing of our insides. */
  private static void assertTyped(RawHttp.Answer answer) {
    assertThat(answer.header("content-type")).isEqualTo("application/x-amz-json-1.0");
    assertThat(answer.header("x-amzn-requestid")).matches("[0-9A-Z]{52}");
    assertThat(answer.hasItsOwnChecksum()).isTrue();
    assertThat(answer.body()).doesNotContain("dev.holdfast").doesNotContain("\\tat ");
  }

  @Test
  void whatIsTooLargeForHttpIsRefusedBeforeItFillsTheMemory() throws IOException {
    String head = RawHttp.head("DynamoDB_20120810.GetItem");
    assertRefused(head + "Content-Length: 999999999\r\n\r\n", 413, "RequestEntityTooLarge");
    assertRefused(
        head + "Content-Length: 99999999999999999999\r\n\r\n", 400, "SerializationException");
    assertRefused(head + "X-Padding: " + "x".repeat(20_000), 431, "RequestEntityTooLarge");
    assertRefused("GET /" + "x".repeat(20_000), 431, "RequestEntityTooLarge");
    assertRefused("\u0016\u0003\u0001 not HTTP at all\r\n\r\n", 400, "SerializationException");
    try (RawHttp client = RawHttp.connect(cluster.httpPort(1))) {
      client.send(head + "Transfer-Encoding: chunked\r\n\r\n");
      String chunk = "10000\r\n" + " ".repeat(0x10000) + "\r\n";
      for (int i = 0; i < 260; i++) {
        client.send(chunk);
      }
      client.send("0\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(413);
    }
  }

  private static void assertRefused(String request, int status, String type) throws IOException {
    try (RawHttp client = RawHttp.connect(cluster.httpPort(1))) {
      client.send(request);
      RawHttp.Answer answer = client.answer();
      assertThat(answer.status()).as(answer.body()).isEqualTo(status);
      assertThat(answer.errorType()).startsWith(type);
      assertTyped(answer);
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrderAlsoToAClientThatHasClosedItsHalf() throws IOException {
    try (RawHttp client = RawHttp.connect(cluster.httpPort(2))) {
      StringBuilder requests = new StringBuilder();
      for (int i = 0; i < 200; i++) {
        requests.append(RawHttp.request("PutItem", put("p" + i, i)));
        requests.append(RawHttp.request("GetItem", GET.replace("\"a\"", "\"p" + i + "\"")));
      }
      client.send(requests.toString());
      client.endSending();
      for (int i = 0; i < 200; i++) {
        assertThat(client.answer().body()).isEqualTo("{}");
        assertThat(client.answer().body()).contains("{\"S\":\"p" + i + "\"}");
      }
      assertThat(client.next()).isEmpty();
    }
  }

  @Test
  void aRequestThatDripsInIsGivenUpWithAnAnswer() throws IOException {
    byte[] slow = RawHttp.request("GetItem", GET).getBytes(StandardCharsets.UTF_8);
    int bodyAt = slow.length - GET.length();
    for (int from : List.of(0, bodyAt)) {
      try (RawHttp client = RawHttp.connect(cluster.httpPort(0))) {
        client.send(java.util.Arrays.copyOf(slow, from));
        Thread dripping = drip(client, slow, from);
        RawHttp.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.errorType()).isEqualTo("RequestTimeoutException");
        dripping.interrupt();
      }
    }
  }

  /** A byte every 100 ms, until the server has had enough. */
  private static Thread drip(RawHttp client, byte[] bytes, int from) {
    Thread thread =
        new Thread(
            () -> {
              try {
                for (int at = from; at < bytes.length && !Thread.interrupted(); at++) {
                  client.send(new byte[] {bytes[at]});
                  LockSupport.parkNanos(DRIP_NANOS);
                }
              } catch (IOException e) {
                return; // the server has had enough
              }
            },
            "dripping");
    thread.start();
    return thread;
  }

  /**
   * Each has an answer of six megabytes: more than its socket takes, and together than may wait.
   */
  @Test
  void clientsThatNeverReadDoNotFillTheMemory() throws IOException {
    StringBuilder keys = new StringBuilder();
    List<RawHttp> deaf = new ArrayList<>();
    try (RawHttp writer = RawHttp.connect(cluster.httpPort(0))) {
      for (int i = 0; i < 15; i++) {
        assertThat(writer.ask("PutItem", put("large" + i, 390_000)).status()).isEqualTo(200);
        keys.append(i == 0 ? "" : ",").append("{\"k\":{\"S\":\"large" + i + "\"}}");
      }
      String batch =
          RawHttp.request(
              "BatchGetItem", "{\"RequestItems\":{\"victims\":{\"Keys\":[" + keys + "]}}}");
      for (int i = 0; i < 24; i++) {
        RawHttp client = RawHttp.connectDeaf(cluster.httpPort(0));
        deaf.add(client);
        client.send(batch);
        assertThat(writer.ask("GetItem", GET).status()).isEqualTo(200);
      }
    }
    Await.until(
        "their answers wait", LIMIT, () -> metric("http_unsent_bytes") > UNSENT_BYTES_MAX / 2);
    for (int i = 0; i < 10; i++) {
      anHonestClientIsServed();
      assertThat(metric("http_unsent_bytes")).isBetween(0L, UNSENT_BYTES_MAX);
    }
    for (RawHttp client : deaf) {
      client.close();
    }
  }

  @Test
  void thousandsOfConnectionsAreServedAndOneTooManyIsTold() throws IOException {
    List<RawHttp> clients = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS_MAX; i++) {
        clients.add(RawHttp.connect(cluster.httpPort(0)));
      }
      Await.until("they are all in", LIMIT, () -> connectionCount() >= CONNECTIONS_MAX);
      try (RawHttp oneTooMany = RawHttp.connect(cluster.httpPort(0))) {
        RawHttp.Answer answer = oneTooMany.answer();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.errorType()).isEqualTo("ServiceUnavailableException");
        assertTyped(answer);
      }
      for (RawHttp client : clients) { // all at once, then all answers
        client.send(RawHttp.request("GetItem", GET));
      }
      for (RawHttp client : clients) {
        assertThat(client.answer().status()).isEqualTo(200);
      }
    } finally {
      for (RawHttp client : clients) {
        client.close();
      }
    }
    Await.until(
        "the connections are gone", LIMIT, () -> connectionCount() < 10 && connectionCount() >= 0);
  }

  private static int connectionCount() {
    return (int) metric("http_connections");
  }

  /** A gauge of the first node; -1 when it does not say. */
  private static long metric(String name) {
    return cluster
        .page(0, "/metrics")
        .flatMap(page -> page.lines().filter(l -> l.startsWith("holdfast_" + name + " ")).findAny())
        .map(line -> (long) Double.parseDouble(line.split(" ")[1]))
        .orElse(-1L);
  }
}

package dev.holdfast.jepsen.differential;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/** Speaks DynamoDB's JSON 1.0 as it is on the wire, so that also what no SDK would send is sent. */
public final class DynamoDbEndpoint {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final String CREDENTIALS =
      "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request,"
          + " SignedHeaders=host;x-amz-date, Signature=0123456789abcdef";

  private final URI uri;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  public DynamoDbEndpoint(URI uri) {
    this.uri = uri;
  }

  /**
   * What came back.
   *
   * @param status of HTTP
   * @param body a JSON object, or a string when it was none
   */
  public record Answer(int status, JsonNode body) {
    /** The name of the exception without its name space; empty for a success. */
    public String errorType() {
      String type = text("__type");
      return status == 200 ? "" : type.substring(type.indexOf('#') + 1);
    }

    public String message() {
      String message = text("message");
      return message.isEmpty() ? text("Message") : message;
    }

    /** Whether it is an exception of this name, without its name space. */
    boolean isOf(String errorType) {
      return errorType().equals(errorType);
    }

    /** Whether these words are in its message. */
    boolean says(String part) {
      return message().contains(part);
    }

    /** Whether its message begins with these words. */
    boolean begins(String start) {
      return message().startsWith(start);
    }

    private String text(String field) {
      return body.field(field).map(JsonNode::text).orElse("");
    }

    Optional<JsonNode> field(String name) {
      return body.field(name);
    }

    @Override
    public String toString() {
      return status + " " + body;
    }
  }

  public Answer call(String operation, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/x-amz-json-1.0")
            .header("X-Amz-Target", "DynamoDB_20120810." + operation)
            .header("X-Amz-Date", "20260101T000000Z")
            .header("Authorization", CREDENTIALS)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      return new Answer(answer.statusCode(), JsonNode.parser().parse(answer.body()));
    } catch (IOException e) {
      throw new AssertionError(operation + " was not answered: " + body, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}

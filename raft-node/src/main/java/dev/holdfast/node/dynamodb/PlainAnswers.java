package dev.holdfast.node.dynamodb;

import dev.holdfast.node.http.HttpAnswer;
import dev.holdfast.node.http.HttpAnswer.Header;
import dev.holdfast.node.http.HttpCall;
import dev.holdfast.protocol.model.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the endpoint answers outside its operations: its health, browsers that ask whether they may
 * ask, and a page that is none. Source: the tests of architect/dynalite (connection.js) and
 * scylladb/scylladb (test_cors.py, test_health.py), both run against the service.
 */
final class PlainAnswers {
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final Header ANY_ORIGIN = new Header("access-control-allow-origin", "*");
  private static final Header EXPOSED =
      new Header(
          "access-control-expose-headers",
          "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date");
  private static final List<Header> CROSS_ORIGIN = List.of(ANY_ORIGIN, EXPOSED);
  private static final Header FOR_TWO_DAYS = new Header("access-control-max-age", "172800");
  private static final HttpAnswer UNKNOWN =
      new HttpAnswer(NOT_FOUND, "", Bytes.utf8("<UnknownOperationException/>\n"));

  private final boolean anyOrigin;

  /**
   * @param anyOrigin whether pages of any origin may use the endpoint from a browser; otherwise
   *     their origin is not looked at, so that no browser lets them
   */
  PlainAnswers(boolean anyOrigin) {
    this.anyOrigin = anyOrigin;
  }

  /** The answer to anything but a POST. */
  HttpAnswer toMethod(HttpCall call) {
    if (call.method().equals("OPTIONS") && isCrossOrigin(call)) {
      return new HttpAnswer(OK, "", Bytes.EMPTY, allowed(call));
    }
    return withOrigin(call, call.method().equals("GET") ? health(call) : UNKNOWN);
  }

  /** The answer to what is no request of the API's. */
  HttpAnswer unknown(HttpCall call) {
    return withOrigin(call, UNKNOWN);
  }

  /** Says that any page may read the answer, when the request comes from one that may. */
  HttpAnswer withOrigin(HttpCall call, HttpAnswer answer) {
    return isCrossOrigin(call) ? answer.withHeaders(CROSS_ORIGIN) : answer;
  }

  private boolean isCrossOrigin(HttpCall call) {
    return anyOrigin && call.header("origin") != null;
  }

  private static HttpAnswer health(HttpCall call) {
    String target = call.target();
    if (!target.equals("/") && !target.startsWith("/?")) {
      return UNKNOWN;
    }
    String host = call.header("host");
    return new HttpAnswer(
        OK, "text/plain", Bytes.utf8("healthy: " + (host == null ? "dynamodb" : host) + " "));
  }

  private static List<Header> allowed(HttpCall call) {
    List<Header> headers = new ArrayList<>(CROSS_ORIGIN);
    echo(headers, "access-control-allow-headers", call.header("access-control-request-headers"));
    echo(headers, "access-control-allow-methods", call.header("access-control-request-method"));
    headers.add(FOR_TWO_DAYS);
    return headers;
  }

  private static void echo(List<Header> headers, String name, @Nullable String asked) {
    if (asked != null && asked.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      headers.add(new Header(name, asked));
    }
  }
}

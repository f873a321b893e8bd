package dev.holdfast.node.dynamodb;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A signature in the query of a request, as in a presigned address; it may lack parts. */
record SignedQuery(Map<String, String> parameters) {
  private static final String ALGORITHM = "X-Amz-Algorithm";
  private static final String CREDENTIAL = "X-Amz-Credential";
  private static final List<String> REQUIRED =
      List.of(ALGORITHM, CREDENTIAL, "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date");

  /** The signature in a target's query; null when nothing there begins one. */
  static @Nullable SignedQuery of(String target) {
    int query = target.indexOf('?');
    if (query < 0 || target.indexOf(ALGORITHM, query) < 0) {
      return null;
    }
    Map<String, String> parameters = new HashMap<>();
    for (String parameter : target.substring(query + 1).split("&", -1)) {
      int equals = parameter.indexOf('=');
      parameters.put(
          decoded(equals < 0 ? parameter : parameter.substring(0, equals)),
          equals < 0 ? "" : decoded(parameter.substring(equals + 1)));
    }
    return parameters.containsKey(ALGORITHM) ? new SignedQuery(parameters) : null;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text; // a lone percent sign stands for itself
    }
  }

  /** What the parts that it lacks are called by the service; empty when it has them all. */
  String complaint() {
    StringBuilder text = new StringBuilder();
    for (String name : REQUIRED) {
      if (value(name).isEmpty()) {
        text.append("AWS query-string parameters must include '").append(name).append("'. ");
      }
    }
    return text.isEmpty() ? "" : text.append("Re-examine the query-string parameters.").toString();
  }

  String algorithm() {
    return value(ALGORITHM);
  }

  String credential() {
    return value(CREDENTIAL);
  }

  private String value(String name) {
    return parameters.getOrDefault(name, "");
  }
}

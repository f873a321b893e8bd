package dev.holdfast.node.dynamodb;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.node.http.HttpCall;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of who signed it. The shape of the signature is checked and any key is
 * accepted: authentication is not built yet.
 *
 * @param scope the credential scope: {@code key/date/region/service/aws4_request}; null when there
 *     is none to read
 */
record Credentials(@Nullable String scope) {
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";

  static Credentials of(HttpCall call) {
    String header = call.header("Authorization");
    if (header == null) {
      if (call.target().contains("X-Amz-Signature=")) {
        return new Credentials(null); // signed in the query
      }
      throw new ApiException(
          ErrorType.MISSING_AUTHENTICATION, "Request is missing Authentication Token");
    }
    if (!header.startsWith(ALGORITHM)) {
      return new Credentials(null);
    }
    String scope = part(header, "Credential=");
    List<String> missing = new ArrayList<>();
    require(missing, "Credential", scope);
    require(missing, "Signature", part(header, "Signature="));
    require(missing, "SignedHeaders", part(header, "SignedHeaders="));
    if (call.header("X-Amz-Date") == null && call.header("Date") == null) {
      missing.add(
          "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
    }
    if (!missing.isEmpty()) {
      throw new ApiException(ErrorType.INCOMPLETE_SIGNATURE, String.join(" ", missing));
    }
    return new Credentials(scope);
  }

  private static void require(List<String> missing, String name, @Nullable String value) {
    if (value == null) {
      missing.add("Authorization header requires '" + name + "' parameter.");
    }
  }

  /** The value after {@code key} up to the next comma or space; null when there is none. */
  private static @Nullable String part(String header, String key) {
    int start = header.indexOf(key);
    if (start < 0) {
      return null;
    }
    int from = start + key.length();
    int end = from;
    while (end < header.length() && header.charAt(end) != ',' && header.charAt(end) != ' ') {
      end++;
    }
    return end > from ? header.substring(from, end) : null;
  }

  /** The region of the scope. */
  String region(String otherwise) {
    if (scope == null) {
      return otherwise;
    }
    String[] parts = scope.split("/", -1);
    return parts.length == 5 && isLegalRegion(parts[2]) ? parts[2] : otherwise;
  }

  private static boolean isLegalRegion(String region) {
    return !region.isEmpty()
        && region.length() <= 64
        && region.chars().allMatch(c -> c == '-' || Character.isLetterOrDigit(c));
  }
}

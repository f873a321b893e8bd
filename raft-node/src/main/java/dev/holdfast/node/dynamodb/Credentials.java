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
    boolean signed = has(header, "Signature=");
    boolean named = has(header, "SignedHeaders=");
    boolean dated = call.header("X-Amz-Date") != null || call.header("Date") != null;
    if (scope == null || !signed || !named || !dated) {
      throw incomplete(scope != null, signed, named, dated);
    }
    return new Credentials(scope);
  }

  private static ApiException incomplete(
      boolean scoped, boolean signed, boolean named, boolean dated) {
    List<String> missing = new ArrayList<>();
    require(missing, "Credential", scoped);
    require(missing, "Signature", signed);
    require(missing, "SignedHeaders", named);
    if (!dated) {
      missing.add(
          "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
    }
    return new ApiException(ErrorType.INCOMPLETE_SIGNATURE, String.join(" ", missing));
  }

  private static void require(List<String> missing, String name, boolean given) {
    if (!given) {
      missing.add("Authorization header requires '" + name + "' parameter.");
    }
  }

  private static boolean has(String header, String key) {
    int start = header.indexOf(key);
    return start >= 0 && end(header, start + key.length()) > start + key.length();
  }

  /** The value after {@code key} up to the next comma or space; null when there is none. */
  private static @Nullable String part(String header, String key) {
    int start = header.indexOf(key);
    if (start < 0) {
      return null;
    }
    int from = start + key.length();
    int end = end(header, from);
    return end > from ? header.substring(from, end) : null;
  }

  private static int end(String header, int from) {
    int end = from;
    while (end < header.length() && header.charAt(end) != ',' && header.charAt(end) != ' ') {
      end++;
    }
    return end;
  }

  /** The region of the scope. */
  String region(String otherwise) {
    if (scope == null) {
      return otherwise;
    }
    int date = scope.indexOf('/');
    int region = scope.indexOf('/', date + 1);
    int service = scope.indexOf('/', region + 1);
    int end = scope.indexOf('/', service + 1);
    boolean fiveParts =
        date >= 0
            && region > date
            && service > region
            && end > service
            && end == scope.lastIndexOf('/');
    if (!fiveParts) {
      return otherwise;
    }
    String named = scope.substring(region + 1, service);
    return isLegalRegion(named) ? named : otherwise;
  }

  private static boolean isLegalRegion(String region) {
    for (int i = 0; i < region.length(); i++) {
      char c = region.charAt(i);
      if (c != '-' && !Character.isLetterOrDigit(c)) {
        return false;
      }
    }
    return !region.isEmpty() && region.length() <= 64;
  }
}

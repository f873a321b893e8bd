package dev.holdfast.node.dynamodb;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.node.http.HttpCall;

/**
 * What a request says of who signed it. The shape of the signature is checked and any key is
 * accepted: authentication is not built yet. Source: architect/dynalite, index.js and
 * connection.js.
 *
 * @param scope the credential scope: {@code key/date/region/service/aws4_request}
 */
record Credentials(String scope) {
  private static final String FAMILY = "AWS4-";
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final String NOT_DATED =
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  private static final int SCOPE_PARTS = 5;

  static Credentials of(HttpCall call) {
    String header = call.header("authorization");
    SignedQuery query = SignedQuery.of(call.target());
    if (header == null) {
      if (query == null) {
        throw missing();
      }
      String complaint = query.complaint();
      if (!complaint.isEmpty()) {
        throw incomplete(complaint);
      }
      return checked(query.algorithm(), query.credential());
    }
    if (query != null) {
      throw new ApiException(
          ErrorType.INVALID_SIGNATURE,
          "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP"
              + " header.");
    }
    return ofHeader(header.trim(), call);
  }

  private static ApiException missing() {
    return new ApiException(
        ErrorType.MISSING_AUTHENTICATION, "Request is missing Authentication Token");
  }

  private static ApiException incomplete(String text) {
    return new ApiException(ErrorType.INCOMPLETE_SIGNATURE, text);
  }

  private static Credentials ofHeader(String header, HttpCall call) {
    if (!header.startsWith(FAMILY)) {
      throw missing();
    }
    int algorithmEnd = end(header, 0);
    String credential = null;
    boolean signed = false;
    boolean named = false;
    for (int from = algorithmEnd + 1; from < header.length(); ) {
      int to = end(header, from);
      int equals = to > from ? equalsSign(header, from, to) : to;
      if (equals + 1 < to) {
        if (isKey(header, from, equals, "Credential")) {
          credential = header.substring(equals + 1, to);
        }
        signed |= isKey(header, from, equals, "Signature");
        named |= isKey(header, from, equals, "SignedHeaders");
      }
      from = to + 1;
    }
    boolean dated = call.header("x-amz-date") != null || call.header("date") != null;
    if (credential == null || !signed || !named || !dated) {
      throw incomplete(
          required("Credential", credential != null)
              + required("Signature", signed)
              + required("SignedHeaders", named)
              + (dated ? "" : NOT_DATED)
              + "Authorization="
              + header);
    }
    return checked(header.substring(0, algorithmEnd), credential);
  }

  private static int equalsSign(String header, int from, int to) {
    int equals = header.indexOf('=', from);
    if (equals < 0 || equals >= to) {
      throw incomplete(
          "'"
              + header.substring(from, to)
              + "' not a valid key=value pair (missing equal-sign) in Authorization header: '"
              + header
              + "'.");
    }
    return equals;
  }

  private static String required(String name, boolean given) {
    return given ? "" : "Authorization header requires '" + name + "' parameter. ";
  }

  private static boolean isKey(String header, int from, int to, String key) {
    return to - from == key.length() && header.startsWith(key, from);
  }

  private static int end(String header, int from) {
    int end = from;
    while (end < header.length() && header.charAt(end) != ',' && header.charAt(end) != ' ') {
      end++;
    }
    return end;
  }

  private static Credentials checked(String algorithm, String credential) {
    if (!algorithm.equals(ALGORITHM)) {
      throw incomplete(
          "Unsupported AWS 'algorithm': '" + algorithm + "' (only " + ALGORITHM + " for now). ");
    }
    int end = credential.length();
    while (end > 0 && credential.charAt(end - 1) == '/') {
      end--;
    }
    int parts = 1;
    for (int i = 0; i < end; i++) {
      parts += credential.charAt(i) == '/' ? 1 : 0;
    }
    if (parts != SCOPE_PARTS) {
      throw incomplete(
          "Credential must have exactly 5 slash-delimited elements, e.g."
              + " keyid/date/region/service/term, got '"
              + credential
              + "'");
    }
    return new Credentials(credential);
  }

  /** The region of the scope. */
  String region(String otherwise) {
    int date = scope.indexOf('/');
    int region = scope.indexOf('/', date + 1);
    int service = scope.indexOf('/', region + 1);
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

package dev.holdfast.node.dynamodb.partiql;

import dev.holdfast.node.dynamodb.error.ApiException;

/** What statements are refused with; the words are the service's where they are known. */
final class Refusals {
  static final String LEFTOVER = "Unexpected token after expression";
  static final String UNEXPECTED_TERM = "Unexpected term";

  static final String NO_CHANGES = "Expected data manipulation";

  private static final String MALFORMED = "Statement wasn't well formed, can't be processed: ";

  private Refusals() {}

  /** A text that is no statement; {@code detail} may be empty. */
  static ApiException malformed(String detail) {
    return ApiException.validation(MALFORMED + detail);
  }

  static ApiException at(String problem, Place place) {
    return ApiException.validation(problem + " at " + place);
  }

  static ApiException emptyName() {
    return ApiException.validation("Path component cannot be an empty string");
  }

  static ApiException unknownFunction(Term.Call call) {
    return at("Unrecognized function: " + call.function(), call.place());
  }

  static ApiException missingLiteral() {
    return ApiException.validation("MISSING must be compared using IS operator");
  }

  static ApiException keyType(String name) {
    return ApiException.misfit(
        "Key attribute's data type should match its data type in table's schema: Key " + name);
  }

  static ApiException incompleteKey() {
    return ApiException.misfit(
        "Where clause does not contain a mandatory equality on all key attributes");
  }

  static ApiException nestedKey(String name) {
    return ApiException.validation(
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
            + "allowed: Key: "
            + name);
  }
}

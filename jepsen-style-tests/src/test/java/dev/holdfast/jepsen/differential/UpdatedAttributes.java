package dev.holdfast.jepsen.differential;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/**
 * What UPDATED_OLD and UPDATED_NEW return of an attribute of which the update names a part: that
 * part in the service, all of it in DynamoDB Local.
 */
final class UpdatedAttributes {
  private static final Pattern NESTED_PATH = Pattern.compile("([#\\w]+)[.\\[]");

  private UpdatedAttributes() {}

  /** Whether we return a part of what they return, of attributes of which the update names one. */
  static boolean arePartsOfWholes(Exchange exchange) {
    Set<String> nested = nestedRoots(exchange.request());
    Map<String, JsonNode> theirs = attributes(exchange.their().field("Attributes"));
    Map<String, JsonNode> ours = attributes(exchange.our().field("Attributes"));
    return theirs.keySet().containsAll(ours.keySet())
        && theirs.entrySet().stream()
            .allMatch(
                their -> {
                  JsonNode our = ours.get(their.getKey());
                  return nested.contains(their.getKey())
                      ? our == null || isPart(our, their.getValue())
                      : our != null && isSame(our, their.getValue());
                });
  }

  private static Map<String, JsonNode> attributes(Optional<JsonNode> answered) {
    return answered.map(JsonNode::asObject).orElse(Map.of());
  }

  /** The attributes that the update changes in part. */
  private static Set<String> nestedRoots(Request request) {
    Optional<JsonNode> names =
        JsonNode.parser().parse(request.body()).field("ExpressionAttributeNames");
    Set<String> roots = new HashSet<>();
    Matcher paths = NESTED_PATH.matcher(request.text("UpdateExpression"));
    while (paths.find()) {
      String root = paths.group(1);
      roots.add(names.flatMap(all -> all.field(root)).map(JsonNode::text).orElse(root));
    }
    return roots;
  }

  /** Whether a value with its type is another with some elements and members left out. */
  private static boolean isPart(JsonNode part, JsonNode whole) {
    Optional<JsonNode> list = part.field("L");
    Optional<JsonNode> map = part.field("M");
    if (list.isPresent() && whole.field("L").isPresent()) {
      return areIn(list.get().asArray(), whole.field("L").get().asArray());
    }
    if (map.isPresent() && whole.field("M").isPresent()) {
      Map<String, JsonNode> members = whole.field("M").get().asObject();
      return map.get().asObject().entrySet().stream()
          .allMatch(
              entry ->
                  members.containsKey(entry.getKey())
                      && isPart(entry.getValue(), members.get(entry.getKey())));
    }
    return isSame(part, whole);
  }

  /** Whether these are parts of some of the others, in their order. */
  private static boolean areIn(List<JsonNode> parts, List<JsonNode> wholes) {
    int found = 0;
    for (JsonNode whole : wholes) {
      if (found < parts.size() && isPart(parts.get(found), whole)) {
        found++;
      }
    }
    return found == parts.size();
  }

  private static boolean isSame(JsonNode our, JsonNode their) {
    return Canonical.of(our, false).equals(Canonical.of(their, true));
  }
}

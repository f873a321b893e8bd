package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.json.JsonTree;
import dev.holdfast.protocol.model.ResourcePolicy;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A resource policy as the service keeps it: checked as to its form, and written so that policies
 * that mean the same are the same text. What its actions and principals mean is not looked at.
 * Source: AWS IAM User Guide, "IAM JSON policy elements reference", and the answers of the service.
 */
final class PolicyDocument {
  private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");
  private static final Set<String> VERSIONS = Set.of("2008-10-17", "2012-10-17");
  private static final List<String> MEMBERS = List.of("Version", "Id", "Statement");
  private static final List<String> STATEMENT_MEMBERS =
      List.of(
          "Sid",
          "Effect",
          "Principal",
          "NotPrincipal",
          "Action",
          "NotAction",
          "Resource",
          "NotResource",
          "Condition");

  private final Set<String> ids = new HashSet<>();

  private PolicyDocument() {}

  /** The canonical form; fails with a ValidationException when it is no policy. */
  static String canonical(String text) {
    if (text.getBytes(StandardCharsets.UTF_8).length > ResourcePolicy.BYTES_MAX) {
      throw ApiException.invalidParameter(
          "Maximum policy size of " + ResourcePolicy.BYTES_MAX + " bytes exceeded");
    }
    Object tree =
        JsonTree.parse(text).orElseThrow(() -> invalid("This policy contains invalid Json"));
    if (tree instanceof List<?>) {
      throw invalid("This policy contains invalid Json");
    }
    if (!(tree instanceof Map<?, ?> policy)) {
      throw invalid("This text appears not to be a policy");
    }
    return JsonTree.text(new PolicyDocument().policy(policy));
  }

  private Map<String, Object> policy(Map<?, ?> given) {
    if (given.isEmpty()) {
      throw invalid("Syntax error at position (1,3)");
    }
    requireKnown(given, MEMBERS);
    Map<String, Object> policy = new LinkedHashMap<>();
    policy.put("Version", version(given.get("Version")));
    Object id = given.get("Id");
    if (id != null) {
      policy.put("Id", text("Id", id));
    }
    Object statements = given.get("Statement");
    if (statements == null) {
      throw invalid("Missing required field Statement");
    }
    List<?> list = statements instanceof List<?> several ? several : List.of(statements);
    if (list.isEmpty()) {
      throw invalid("Could not parse the policy: Statement is empty!");
    }
    policy.put("Statement", list.stream().map(this::statement).toList());
    return policy;
  }

  private static String version(@Nullable Object given) {
    String version = given == null ? "2008-10-17" : text("Version", given);
    if (!VERSIONS.contains(version)) {
      throw invalid("The policy must contain a valid version string");
    }
    return version;
  }

  private Map<String, Object> statement(Object given) {
    if (!(given instanceof Map<?, ?> members)) {
      throw invalid("A Statement must be an object");
    }
    requireKnown(members, STATEMENT_MEMBERS);
    requireOne(members, "Effect", "Effect");
    requireOne(members, "Principal", "NotPrincipal");
    requireOne(members, "Action", "NotAction");
    requireOne(members, "Resource", "NotResource");
    Map<String, Object> statement = new LinkedHashMap<>();
    for (String name : STATEMENT_MEMBERS) {
      Object value = members.get(name);
      if (value != null) {
        statement.put(name, member(name, value));
      }
    }
    requireBounded(statement);
    return statement;
  }

  private Object member(String name, Object value) {
    return switch (name) {
      case "Sid" -> unique(text(name, value));
      case "Effect" -> effect(text(name, value));
      case "Principal", "NotPrincipal" -> principal(name, value);
      case "Condition" -> value;
      default -> oneOrSeveral(texts(name, value));
    };
  }

  private String unique(String id) {
    if (!ids.add(id)) {
      throw invalid("The Statement Ids in the policy are not unique");
    }
    return id;
  }

  private static String effect(String given) {
    return switch (given.toLowerCase(Locale.ROOT)) {
      case "allow" -> "Allow";
      case "deny" -> "Deny";
      default -> throw invalid("Invalid effect: " + given);
    };
  }

  private static Object principal(String name, Object given) {
    if (given.equals("*")) {
      return given;
    }
    if (!(given instanceof Map<?, ?> kinds) || kinds.isEmpty()) {
      throw ApiException.invalidParameter("Invalid principal in policy document.");
    }
    Map<String, Object> principal = new LinkedHashMap<>();
    kinds.forEach(
        (kind, who) -> {
          Set<String> named = new LinkedHashSet<>();
          texts(name, who).forEach(each -> named.add(account(each)));
          principal.put((String) kind, oneOrSeveral(List.copyOf(named)));
        });
    return principal;
  }

  /** An account stands for its root. */
  private static String account(String principal) {
    return ACCOUNT.matcher(principal).matches() ? "arn:aws:iam::" + principal + ":root" : principal;
  }

  private static void requireBounded(Map<String, Object> statement) {
    Object principal = statement.get("Principal");
    boolean isAnyone =
        "*".equals(principal)
            || (principal instanceof Map<?, ?> kinds
                && (kinds.containsValue("*")
                    || kinds.values().stream()
                        .anyMatch(who -> who instanceof List<?> list && list.contains("*"))));
    if (isAnyone
        && "Allow".equals(statement.get("Effect"))
        && !statement.containsKey("Condition")) {
      throw ApiException.validation(
          "Resource-based policy grants unbounded access in one or more elements. Please revise"
              + " the policy to ensure least-privilege form of access");
    }
  }

  private static void requireKnown(Map<?, ?> given, List<String> known) {
    for (Object name : given.keySet()) {
      if (!known.contains((String) name)) {
        throw invalid("Unknown field " + name);
      }
    }
  }

  private static void requireOne(Map<?, ?> members, String name, String opposite) {
    if (!members.containsKey(name) && !members.containsKey(opposite)) {
      throw invalid("Missing required field " + name);
    }
  }

  private static String text(String name, Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw invalid("The field " + name + " must be a string");
  }

  private static List<String> texts(String name, Object value) {
    List<?> list = value instanceof List<?> several ? several : List.of(value);
    if (list.isEmpty()) {
      throw invalid("Missing required field " + name + " cannot be empty!");
    }
    return list.stream().map(each -> text(name, each)).toList();
  }

  private static Object oneOrSeveral(List<String> texts) {
    return texts.size() == 1 ? texts.get(0) : texts;
  }

  private static ApiException invalid(String why) {
    return ApiException.invalidParameter("Invalid policy document: " + why);
  }
}

package dev.holdfast.jepsen.differential;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One request of the wire protocol.
 *
 * @param body JSON in which {@link #TABLE} stands for the table of the scenario
 * @param intent whether a mistake was put in; a value may break a rule without any
 */
record Request(String operation, String body, Extent extent, Intent intent) {
  static final String TABLE = "%TABLE%";

  /** How much of the result is asked for. */
  enum Extent {
    ONE_ANSWER,
    /** Page after page, each system going on from the key that it gave itself. */
    ALL_PAGES,
    /** Every page of every one of {@link #SEGMENTS} segments. */
    ALL_SEGMENTS
  }

  enum Intent {
    SENSIBLE,
    MISTAKEN
  }

  static final int SEGMENTS = 3;

  private static final Set<String> WRITES =
      Set.of("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem");

  Request(String operation, Members members) {
    this(operation, members.toString(), Extent.ONE_ANSWER, Intent.SENSIBLE);
  }

  Request on(String table) {
    return new Request(operation, body.replace(TABLE, table), extent, intent);
  }

  Request reading(Extent wanted) {
    return new Request(operation, body, wanted, intent);
  }

  Request meant(Intent given) {
    return new Request(operation, body, extent, given);
  }

  /** Whether it may change items. */
  boolean writes() {
    return WRITES.contains(operation);
  }

  boolean isMistaken() {
    return intent == Intent.MISTAKEN;
  }

  /** The same with one more member. */
  Request with(String member, String json) {
    String added = "\"" + member + "\":" + json;
    String longer = body.substring(0, body.length() - 1) + "," + added + "}";
    return new Request(operation, longer, extent, intent);
  }

  boolean mentions(String text) {
    return body.contains(text);
  }

  /** The text of a member that is a string; empty when there is none. */
  String text(String member) {
    Matcher found = Pattern.compile("\"" + member + "\":\"([^\"]*)\"").matcher(body);
    return found.find() ? found.group(1) : "";
  }

  /** As it would be typed after {@code --data}, but for its length. */
  @Override
  public String toString() {
    String shown = body.length() > 2000 ? body.substring(0, 2000) + "…" : body;
    return operation + " " + shown + (extent == Extent.ONE_ANSWER ? "" : " " + extent);
  }
}

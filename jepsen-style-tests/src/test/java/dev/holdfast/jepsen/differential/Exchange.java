package dev.holdfast.jepsen.differential;

import dev.holdfast.jepsen.differential.DynamoDbEndpoint.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.protocols.jsoncore.internal.ObjectJsonNode;
import software.amazon.awssdk.protocols.jsoncore.internal.StringJsonNode;

/**
 * What both systems answered to one request; several answers when pages were followed.
 *
 * @param theirs DynamoDB Local's, at least one
 * @param ours at least one
 */
record Exchange(Request request, List<Answer> theirs, List<Answer> ours) {
  private static final String ENVELOPE = "1 validation error detected: ";

  Answer their() {
    return theirs.get(0);
  }

  Answer our() {
    return ours.get(0);
  }

  boolean isMistaken() {
    return request.isMistaken();
  }

  boolean isOf(String... operations) {
    return List.of(operations).contains(request.operation());
  }

  boolean theySucceed() {
    return their().status() == 200;
  }

  boolean bothSucceed() {
    return theySucceed() && our().status() == 200;
  }

  /** Both failed, with the same status and type of error. */
  boolean sameError() {
    return their().status() != 200
        && their().status() == our().status()
        && their().errorType().equals(our().errorType());
  }

  /** Whether ours is one error of the validation of a single write. */
  boolean isEnveloped() {
    return isOf("PutItem", "UpdateItem", "DeleteItem")
        && our().isOf("ValidationException")
        && our().begins(ENVELOPE);
  }

  /** The same with the error in its envelope alone. */
  Exchange opened() {
    Map<String, JsonNode> fields = new LinkedHashMap<>(our().body().asObject());
    fields.remove("Message");
    fields.put("message", new StringJsonNode(our().message().substring(ENVELOPE.length())));
    return new Exchange(
        request, theirs, List.of(new Answer(our().status(), new ObjectJsonNode(fields))));
  }

  /** Whether nothing differs but the order that each system chooses for itself. */
  boolean agrees() {
    if (bothSucceed()) {
      return Canonical.text(request, theirs, true).equals(Canonical.text(request, ours, false));
    }
    return sameError()
        && their().message().equals(our().message())
        && item(their(), true).equals(item(our(), false));
  }

  private static String item(Answer answer, boolean scaled) {
    return answer.field("Item").map(item -> Canonical.of(item, scaled)).orElse("");
  }

  /** Alike for differences that have the same cause, as far as can be told. */
  String kind() {
    return request.operation() + kind(their()) + kind(our());
  }

  private static String kind(Answer answer) {
    String message = answer.message().replaceAll("(?<=[:\\[\"]) .*", "");
    return " " + answer.status() + answer.errorType() + message;
  }

  @Override
  public String toString() {
    return request + "\n    DynamoDB: " + text(theirs) + "\n    Holdfast: " + text(ours);
  }

  private static String text(List<Answer> answers) {
    String text = answers.stream().map(Answer::toString).collect(Collectors.joining(" | "));
    return text.length() > 3000 ? text.substring(0, 3000) + "…" : text;
  }
}

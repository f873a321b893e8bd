package dev.holdfast.jepsen.differential;

import dev.holdfast.jepsen.differential.DynamoDbEndpoint.Answer;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A name or value without a definition, as an error message names it.
 *
 * @param member the expression that refers to it
 * @param reference with its {@code #} or {@code :}
 */
record UndefinedReference(String member, String reference) {
  private static final Pattern MESSAGE =
      Pattern.compile(
          "Invalid (\\w+): An expression attribute "
              + "(?:name used in the document path|value used in expression) is not defined; "
              + "attribute (?:name|value): ([#:]\\w+)");

  private static Optional<UndefinedReference> of(Answer answer) {
    Matcher message = MESSAGE.matcher(answer.message());
    return message.matches()
        ? Optional.of(new UndefinedReference(message.group(1), message.group(2)))
        : Optional.empty();
  }

  /**
   * Whether both name one that is undefined, and theirs is the later: updates and projections they
   * look through from the end, and the condition for the keys of a query after its filter.
   */
  static boolean isAnEarlierOne(Exchange exchange) {
    Optional<UndefinedReference> our = of(exchange.our());
    Optional<UndefinedReference> their = of(exchange.their());
    return our.isPresent()
        && their.isPresent()
        && our.get().isBefore(their.get(), exchange.request());
  }

  private boolean isBefore(UndefinedReference other, Request request) {
    if (!member.equals(other.member)) {
      return member.equals("KeyConditionExpression");
    }
    return (member.equals("UpdateExpression") || member.equals("ProjectionExpression"))
        && place(request) < other.place(request);
  }

  private int place(Request request) {
    Matcher found = Pattern.compile(reference + "(?!\\w)").matcher(request.text(member));
    return found.find() ? found.start() : Integer.MAX_VALUE;
  }
}

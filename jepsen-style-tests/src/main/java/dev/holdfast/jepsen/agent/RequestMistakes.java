package dev.holdfast.jepsen.agent;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Mistakes about requests: whether they were made before, may be, and what came of them. */
final class RequestMistakes {
  private static final String STATE_MACHINE = "dev.holdfast.statemachine.";
  private static final Duration NODE_PATIENCE = Duration.ofSeconds(1);

  private RequestMistakes() {}

  static List<Mistake> all() {
    return List.of(requestIdsForgotten(), conditionsIgnored(), certainNo(), tombstoneForgotten());
  }

  private static Mistake requestIdsForgotten() {
    return Mistake.of(
        "request-ids-ignored",
        "a request that comes again under its id is applied again",
        "E2, invariant 7",
        new Graft(
            STATE_MACHINE + "replica.Replica",
            "earlierResult",
            3,
            Stroke.returning(Optional.empty())));
  }

  private static Mistake conditionsIgnored() {
    return Mistake.of(
        "conditions-ignored",
        "conditions are not evaluated when a command is applied",
        "E1, invariant 4",
        new Graft(
            STATE_MACHINE + "evaluation.ConditionEvaluator", "holds", 2, Stroke.returning(true)));
  }

  /** Nodes give up sooner than clients, or these find out that the outcome is unknown. */
  private static Mistake certainNo() {
    return Mistake.of(
        "indeterminate-as-unavailable",
        "a write of unknown outcome is answered, through HTTP, as one that certainly had no effect",
        "the classes of errors (decision 7)",
        new Graft(
            "dev.holdfast.node.dynamodb.error.FailureTypes",
            "ofStore",
            1,
            Stroke.given(
                (none, failure) -> {
                  if (NodeTypes.isIndeterminate(failure[0])) {
                    failure[0] = NodeTypes.unavailable("not committed in time");
                  }
                })),
        new Graft(
            "dev.holdfast.node.dynamodb.DynamoDbOptions",
            "requestTimeout",
            0,
            Stroke.returning(NODE_PATIENCE)));
  }

  private static Mistake tombstoneForgotten() {
    return Mistake.of(
        "tombstone-forgotten",
        "a partition that has dropped a table goes on serving it, as no tombstone says so",
        "invariant 12",
        new Graft(
            STATE_MACHINE + "table.TableDecider$Controls",
            "dropTable",
            1,
            Stroke.afterwards(
                (controls, command, decision) -> {
                  List<?> effects = (List<?>) Inside.get(decision, "effects");
                  return effects.isEmpty()
                      ? decision
                      : Inside.make(
                          STATE_MACHINE + "replica.Decision",
                          effects.subList(1, effects.size()),
                          Inside.call(decision, "result"));
                })));
  }
}

package dev.holdfast.partition.meta;

import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.ResourcePolicy;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.statemachine.replica.Decision;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is attached to a table, or removed from it. Messages are DynamoDB's; source: AWS API
 * reference, "PutResourcePolicy", and the answers of the service.
 */
final class PolicyCommands {
  private final TableDescriptor table;
  private final long millis;

  /**
   * @param millis when the change was replicated
   */
  PolicyCommands(TableDescriptor table, long millis) {
    this.table = table;
    this.millis = millis;
  }

  /** What is wrong with a policy, whoever sent it. */
  static Optional<String> objection(@Nullable ResourcePolicy policy) {
    return policy != null
            && policy.document().getBytes(StandardCharsets.UTF_8).length
                > ResourcePolicy.CANONICAL_BYTES_MAX
        ? Optional.of(
            "One or more parameter values were invalid: Maximum policy size of "
                + ResourcePolicy.BYTES_MAX
                + " bytes exceeded")
        : Optional.empty();
  }

  Decision change(MetaCommand.ChangePolicy command) {
    ResourcePolicy old = table.options().policy();
    ResourcePolicy attached = old == null || old.isRemoved() ? null : old;
    Optional<String> surprise =
        surprise(attached, command.expectedRevision(), command.document() == null);
    if (surprise.isPresent()) {
      return Decision.reject(new Rejection.PolicyNotFound(surprise.get()));
    }
    if (command.document() == null) {
      // What is kept of a removed policy is its revision, which the next one must exceed.
      return attached == null ? unchanged() : with(new ResourcePolicy("", attached.revision()));
    }
    if (old != null && old.document().equals(command.document())) {
      return unchanged();
    }
    long revision = old == null ? millis : Math.max(millis, old.revision() + 1);
    ResourcePolicy wanted = new ResourcePolicy(command.document(), revision);
    Optional<String> objection = objection(wanted);
    return objection.isPresent()
        ? Decision.reject(new Rejection.Invalid(objection.get()))
        : with(wanted);
  }

  private Optional<String> surprise(
      @Nullable ResourcePolicy attached, @Nullable String expected, boolean isRemoval) {
    if (expected == null) {
      return Optional.empty();
    }
    if (attached == null) {
      return expected.equals(MetaCommand.ChangePolicy.NO_POLICY) && !isRemoval
          ? Optional.empty()
          : notFound(
              "Requested update for policy with revision id "
                  + expected
                  + ", but table "
                  + table.name()
                  + " has no associated policy.");
    }
    String revision = Long.toString(attached.revision());
    if (expected.equals(revision)) {
      return Optional.empty();
    }
    return expected.equals(MetaCommand.ChangePolicy.NO_POLICY)
        ? notFound(
            "Requested policy update expecting none to be present for table "
                + table.name()
                + ", but a policy exists with revision id "
                + revision
                + ".")
        : notFound(
            "Requested update for policy with revision id "
                + expected
                + ", but the policy associated to target table "
                + table.name()
                + " has revision id "
                + revision
                + ".");
  }

  private static Optional<String> notFound(String why) {
    return Optional.of("Resource-based policy not found for the provided ResourceArn: " + why);
  }

  private Decision with(ResourcePolicy policy) {
    TableDescriptor changed = table.withOptions(table.options().withPolicy(policy));
    return new Decision(List.of(MetaRows.putTable(changed)), new Result.Table(changed));
  }

  private Decision unchanged() {
    return Decision.of(new Result.Table(table));
  }
}

package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.ErrorType;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.model.ResourcePolicy;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Policies attached to tables: kept and returned, but not enforced, since there is no access
 * control yet.
 */
final class ResourcePolicies {
  /** The revision that the policy is expected to have. */
  static final Shape.Member EXPECTED = Shape.optional("ExpectedRevisionId", Shape.text(1, 255));

  private ResourcePolicies() {}

  /** The policy that a new table is to begin with. */
  static @Nullable ResourcePolicy ofCreation(Fields fields) {
    String given = fields.text("ResourcePolicy");
    return given == null ? null : new ResourcePolicy(PolicyDocument.canonical(given), 0);
  }

  static Optional<ResourcePolicy> attached(TableDescriptor table) {
    return Optional.ofNullable(table.options().policy()).filter(policy -> !policy.isRemoved());
  }

  static ApiException notFound(Fields fields) {
    return new ApiException(
        ErrorType.POLICY_NOT_FOUND,
        "Resource-based policy not found for the provided ResourceArn: "
            + Objects.requireNonNull(fields.text("ResourceArn")));
  }
}

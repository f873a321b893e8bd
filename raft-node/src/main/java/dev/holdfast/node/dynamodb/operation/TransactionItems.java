package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.error.ApiException;
import dev.holdfast.node.dynamodb.error.Cancellation;
import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.Shape;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** What the elements of both kinds of transactions have in common. */
final class TransactionItems {
  private static final String MEMBER = "TransactItems";
  private static final int COUNT_MAX = 100;

  private TransactionItems() {}

  /** What an element asks for, of which item. */
  record Target<A>(A asked, TableDescriptor table, Item keyOrItem) {}

  /** The member TransactItems, a list of such elements. */
  static Shape.Member declared(Shape.Structure element) {
    return Shape.required(MEMBER, Shape.listOf(element, 1, COUNT_MAX));
  }

  static List<Fields> given(Fields request) {
    return Objects.requireNonNull(request.list(MEMBER));
  }

  /**
   * Checks the elements against their tables. Those that do not fit them, or have none, are the
   * reasons for which the whole is cancelled; any other problem is one of the request.
   */
  static <E, A> List<A> checked(List<E> elements, Function<E, Target<A>> check) {
    List<A> asked = new ArrayList<>();
    List<Cancellation> reasons = new ArrayList<>();
    Set<Object> keys = new HashSet<>();
    boolean isRepeated = false;
    for (E element : elements) {
      try {
        Target<A> target = check.apply(element);
        TableDescriptor table = target.table();
        isRepeated |=
            !keys.add(KeyEncoding.routingKey(table.id(), table.keySchema(), target.keyOrItem()));
        asked.add(target.asked());
        reasons.add(Cancellation.none());
      } catch (ApiException e) {
        reasons.add(reason(e));
      }
    }
    if (asked.size() < elements.size()) {
      throw ApiException.cancelledBecause(reasons);
    }
    if (isRepeated) {
      throw ApiException.validation(
          "Transaction request cannot include multiple operations on one item");
    }
    return asked;
  }

  private static Cancellation reason(ApiException problem) {
    return switch (problem.type()) {
      case MISFIT -> Cancellation.invalid(problem.text());
      case RESOURCE_NOT_FOUND -> Cancellation.missing(problem.text());
      default -> throw problem;
    };
  }

  /** Fails when the items are more than a transaction may read or write. */
  static void checkBytes(long bytes) {
    if (bytes > TransactionRequest.BYTES_MAX) {
      throw ApiException.validation(
          "Transaction payload size cannot exceed 4MB. Payload Size: " + bytes);
    }
  }
}

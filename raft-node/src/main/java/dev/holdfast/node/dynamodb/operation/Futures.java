package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.Fields;
import dev.holdfast.node.dynamodb.json.JsonOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What operations need of futures: their failures, and for batches the results of many. */
final class Futures {
  private Futures() {}

  /** All results in order; fails when any fails, once all have ended. */
  static <T extends @Nullable Object> CompletableFuture<List<T>> all(
      List<CompletableFuture<T>> futures) {
    return CompletableFuture.allOf(futures.toArray(new CompletableFuture<?>[0]))
        .thenApply(
            done -> {
              List<T> results = new ArrayList<>(futures.size());
              futures.forEach(future -> results.add(future.join())); // all have ended
              return results;
            });
  }

  /** Null in place of such a failure. */
  static <T> CompletableFuture<@Nullable T> nullWhen(
      Predicate<Throwable> expected, CompletableFuture<T> future) {
    return future.handle(
        (result, failure) -> {
          if (failure == null) {
            return result;
          }
          Throwable cause = cause(failure);
          if (expected.test(cause)) {
            return null;
          }
          throw new CompletionException(cause);
        });
  }

  /** The failure itself, without the wrapper that dependent stages put around it. */
  static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** Writes the member ConsumedCapacity of a batch, a list, when it is asked for. */
  static void writeCapacities(JsonOutput output, Fields fields, List<Capacity> capacities) {
    Capacity.Detail detail = Capacity.detail(fields);
    if (detail != Capacity.Detail.NONE) {
      output.name("ConsumedCapacity").beginArray();
      capacities.forEach(capacity -> capacity.write(output, detail));
      output.endArray();
    }
  }
}

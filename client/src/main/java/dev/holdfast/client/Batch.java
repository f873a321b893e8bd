package dev.holdfast.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Many calls, a bounded number at a time; the router combines what goes to one partition. */
final class Batch {
  static final int IN_FLIGHT_MAX = 128;

  private Batch() {}

  static CompletableFuture<Map<Key, Document>> getAll(
      Collection<Key> keys, Function<Key, CompletableFuture<Optional<Document>>> get) {
    Map<Key, Document> found = new LinkedHashMap<>();
    List<Key> distinct = keys.stream().distinct().toList();
    List<CompletableFuture<Optional<Document>>> asked = new ArrayList<>(distinct.size());
    return forAll(
            distinct,
            key -> {
              CompletableFuture<Optional<Document>> answer = get.apply(key);
              synchronized (asked) { // answers start the next question on any thread
                asked.add(answer);
              }
              return answer;
            })
        .thenApply(
            done -> {
              for (int i = 0; i < distinct.size(); i++) {
                Key key = distinct.get(i);
                asked.get(i).join().ifPresent(item -> found.put(key, item));
              }
              return found;
            });
  }

  static <T, R> CompletableFuture<@Nullable Void> forAll(
      Collection<T> inputs, Function<T, CompletableFuture<R>> call) {
    return new Run<>(List.copyOf(inputs), call).start();
  }

  /** Starts the calls in order, the next one whenever one ends. */
  private static final class Run<T, R> {
    private final List<T> inputs;
    private final Function<T, CompletableFuture<R>> call;
    private final CompletableFuture<@Nullable Void> outcome = new CompletableFuture<>();

    // The lock guards these; it is held while a call is started, so that they start in order.
    private int startedCount;
    private int endedCount;
    private boolean starting;
    private @Nullable Throwable firstFailure;

    Run(List<T> inputs, Function<T, CompletableFuture<R>> call) {
      this.inputs = inputs;
      this.call = call;
    }

    CompletableFuture<@Nullable Void> start() {
      if (inputs.isEmpty()) {
        return CompletableFuture.completedFuture(null);
      }
      startMore();
      return outcome;
    }

    private void startMore() {
      synchronized (this) {
        if (starting) {
          return; // a call ended at once; the loop below goes on with the next
        }
        starting = true;
        while (startedCount < inputs.size() && startedCount - endedCount < IN_FLIGHT_MAX) {
          T input = inputs.get(startedCount++);
          whenEnded(call.apply(input));
        }
        starting = false;
      }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // its end is counted
    private void whenEnded(CompletableFuture<R> future) {
      future.whenComplete((value, failure) -> ended(failure));
    }

    private void ended(@Nullable Throwable failure) {
      boolean all;
      Throwable first;
      synchronized (this) {
        if (firstFailure == null) {
          firstFailure = failure;
        }
        first = firstFailure;
        endedCount++;
        all = endedCount == inputs.size();
      }
      if (!all) {
        startMore();
      } else if (first == null) {
        outcome.complete(null);
      } else {
        outcome.completeExceptionally(Failures.of(first));
      }
    }
  }
}

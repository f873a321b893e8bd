package dev.holdfast.client;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a query or scan, page by page; nothing is asked before it is wanted. Read it in one
 * way, once: page by page with {@link #next}, with {@link #forEach}, with {@link #collect}, or
 * blocking with {@link #blocking}. Not thread-safe.
 *
 * <pre>{@code
 * orders.query(Query.of("customer-7")).forEach(order -> print(order)).join();
 * for (Document order : orders.query(Query.of("customer-7")).blocking()) { ... }
 * }</pre>
 */
public final class Pages<T> {
  private final Function<@Nullable Document, CompletableFuture<Page<T>>> fetch;
  private @Nullable Document start;
  private boolean ended;

  Pages(@Nullable Document start, Function<@Nullable Document, CompletableFuture<Page<T>>> fetch) {
    this.start = start;
    this.fetch = fetch;
  }

  /** Whether there may be another page. */
  public boolean hasNext() {
    return !ended;
  }

  /** The next page; wait for it before asking for another. It may be empty and not the last. */
  public CompletableFuture<Page<T>> next() {
    if (ended) {
      return CompletableFuture.failedFuture(new NoSuchElementException("that was the last page"));
    }
    return fetch
        .apply(start)
        .thenApply(
            page -> {
              start = page.lastKey().orElse(null);
              ended = start == null;
              return page;
            });
  }

  /** Calls the action for each item, in order; completes after the last. */
  public CompletableFuture<@Nullable Void> forEach(Consumer<? super T> action) {
    if (ended) {
      return CompletableFuture.completedFuture(null);
    }
    return next()
        .thenCompose(
            page -> {
              page.items().forEach(action);
              return forEach(action);
            });
  }

  /**
   * The first items, in one list.
   *
   * @param countMax as many as you are ready to hold in memory
   */
  public CompletableFuture<List<T>> collect(int countMax) {
    return collect(new ArrayList<>(), countMax);
  }

  private CompletableFuture<List<T>> collect(List<T> collected, int countMax) {
    if (ended || collected.size() >= countMax) {
      return CompletableFuture.completedFuture(Collections.unmodifiableList(collected));
    }
    return next()
        .thenCompose(
            page -> {
              int room = countMax - collected.size();
              collected.addAll(page.items().subList(0, Math.min(room, page.items().size())));
              return collect(collected, countMax);
            });
  }

  /** The items one after the other, waiting for pages; iterate once, not on a client's thread. */
  public Iterable<T> blocking() {
    return () ->
        new Iterator<>() {
          private Iterator<T> page = Collections.emptyIterator();

          @Override
          public boolean hasNext() {
            while (!page.hasNext() && !ended) {
              page = Blocking.get(Pages.this.next()).items().iterator();
            }
            return page.hasNext();
          }

          @Override
          public T next() {
            if (!hasNext()) {
              throw new NoSuchElementException();
            }
            return page.next();
          }
        };
  }

  /** The same pages, each item converted. */
  public <R> Pages<R> map(Function<? super T, ? extends R> conversion) {
    return new Pages<>(
        start,
        from ->
            fetch
                .apply(from)
                .thenApply(
                    page ->
                        new Page<>(
                            page.items().stream().<R>map(conversion).toList(),
                            page.scannedCount(),
                            page.lastKey())));
  }
}

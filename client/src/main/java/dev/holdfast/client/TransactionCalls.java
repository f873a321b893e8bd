package dev.holdfast.client;

import dev.holdfast.client.ClientListener.Operation;
import dev.holdfast.client.routing.Session;
import dev.holdfast.client.routing.TransactionStore;
import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.TransactionGet;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.command.TransactionRequest.Part;
import dev.holdfast.protocol.command.WriteCost;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.TableDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Transactions on behalf of users; as {@link TableCalls} does it for single items. */
final class TransactionCalls {
  static final int ATTEMPT_COUNT_DEFAULT = 10;

  /** Of a transaction: each write is done twice, to prepare and to commit. */
  private static final int UNITS_FACTOR = 2;

  private final TableCalls calls;
  private final TransactionStore store;

  /**
   * How long a call may take, how often it may conflict, and whose it is.
   *
   * @param timeout for a call with all its retries
   * @param attemptCountMax at least 1
   * @param session what the call learns from and is bound by; null for none
   */
  record Settings(Duration timeout, int attemptCountMax, @Nullable Session session) {
    Settings {
      if (attemptCountMax < 1) {
        throw new HoldfastException.InvalidRequestException("there is one attempt at least");
      }
    }

    static Settings of(CallSettings settings) {
      return new Settings(settings.timeout(), ATTEMPT_COUNT_DEFAULT, settings.session());
    }

    Settings with(Duration newTimeout) {
      return new Settings(newTimeout, attemptCountMax, session);
    }

    Settings with(int newAttemptCountMax) {
      return new Settings(timeout, newAttemptCountMax, session);
    }
  }

  TransactionCalls(TableCalls calls, TransactionStore store) {
    this.calls = calls;
    this.store = store;
  }

  CompletableFuture<TransactionResult> commit(
      List<TransactionStep> steps, @Nullable String token, Settings settings) {
    return delivered(
        Operation.TRANSACTION,
        steps,
        () -> {
          RequestId id = calls.newRequestId();
          Set<String> names = new HashSet<>();
          steps.forEach(step -> names.add(step.table()));
          return new TransactionAttempts<Result>(calls, names, settings) {
            @Override
            CompletableFuture<Result> once(
                Map<String, TableDescriptor> tables, Duration remaining) {
              List<Part> parts = TransactionTokens.parts(steps, tables, TableRef::of);
              ClientToken named =
                  token == null ? null : TransactionTokens.token(token, steps, tables);
              return store.transact(
                  new TransactionRequest(id, named, parts), settings.session(), remaining);
            }

            @Override
            @Nullable Rejection rejection(Result result) {
              return result instanceof Result.Rejected rejected ? rejected.rejection() : null;
            }
          }.run().thenApply(TransactionCalls::result);
        });
  }

  private static TransactionResult result(Result result) {
    List<WriteCost> costs =
        result instanceof Result.Transacted transacted ? transacted.costs() : List.of();
    if (costs.isEmpty()) {
      return new TransactionResult(TransactionResult.Effect.EARLIER, 0);
    }
    int units = 0;
    for (WriteCost cost : costs) {
      units += cost.tableUnits();
      for (int ofIndex : cost.indexUnits().values()) {
        units += ofIndex;
      }
    }
    return new TransactionResult(TransactionResult.Effect.NOW, UNITS_FACTOR * units);
  }

  CompletableFuture<List<Optional<Document>>> read(
      List<TransactionalGets.Get> gets, Settings settings) {
    return delivered(
        Operation.TRANSACTIONAL_GETS,
        gets,
        () -> {
          Set<String> names = new HashSet<>();
          gets.forEach(get -> names.add(get.table()));
          return new TransactionAttempts<ReadResult>(calls, names, settings) {
            @Override
            CompletableFuture<ReadResult> once(
                Map<String, TableDescriptor> tables, Duration remaining) {
              return store.getTogether(gets(gets, tables), settings.session(), remaining);
            }

            @Override
            @Nullable Rejection rejection(ReadResult result) {
              return result instanceof ReadResult.Refused refused ? refused.rejection() : null;
            }
          }.run().thenApply(TransactionCalls::documents);
        });
  }

  private static List<TransactionGet> gets(
      List<TransactionalGets.Get> gets, Map<String, TableDescriptor> tables) {
    List<TransactionGet> asked = new ArrayList<>();
    for (TransactionalGets.Get get : gets) {
      TableDescriptor table = TransactionTokens.table(tables, get.table());
      Item key = get.key().toItem(table.keySchema());
      asked.add(
          new TransactionGet(get.table(), new Read.Get(TableRef.of(table), key, get.projection())));
    }
    return asked;
  }

  private static List<Optional<Document>> documents(ReadResult result) {
    List<Optional<Document>> documents = new ArrayList<>();
    for (ReadResult.Found found : ((ReadResult.Together) result).items()) {
      documents.add(Optional.ofNullable(found.item()).map(Document::of));
    }
    return documents;
  }

  private <T> CompletableFuture<T> delivered(
      Operation operation, List<?> elements, Supplier<CompletableFuture<T>> call) {
    return calls.deliver(
        operation,
        "",
        () -> {
          if (elements.isEmpty()) {
            throw new HoldfastException.InvalidRequestException("there is nothing to do");
          }
          return call.get();
        });
  }
}

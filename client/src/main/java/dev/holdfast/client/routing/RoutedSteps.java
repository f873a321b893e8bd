package dev.holdfast.client.routing;

import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.rpc.ReadMode.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The steps of transactions, each to the leader of its partition. Thread-safe. */
record RoutedSteps(
    Routes routes,
    MapKeeper maps,
    Tables tables,
    Reads reads,
    Writes writes,
    Admission admission,
    @Nullable Session session)
    implements TransactionSteps {
  @Override
  public TransactionSteps in(Session newSession) {
    return new RoutedSteps(routes, maps, tables, reads, writes, admission, newSession);
  }

  @Override
  public CompletableFuture<Optional<TableDescriptor>> table(String name) {
    return tables.table(name);
  }

  @Override
  public CompletableFuture<ClusterMap> knownMap(Duration timeout) {
    return maps.known(timeout.toMillis()).thenApply(known -> routes.map());
  }

  @Override
  public CompletableFuture<Result> propose(
      Bytes routingKey, TransactionCommand step, RequestId id, Duration timeout) {
    int bytes = WriteSize.bytes(step);
    WriteOptions options = new WriteOptions(id, WriteOptions.Attempt.FIRST, session, timeout);
    return admission.admit(bytes, () -> writes.write(routingKey, step, bytes, options));
  }

  @Override
  public CompletableFuture<Answers> ask(Bytes routingKey, List<Read> wanted, Duration timeout) {
    ReadOptions options = new ReadOptions(Level.STRONG, Duration.ZERO, session, timeout);
    long deadlineNanos = routes.world().nanoTime() + timeout.toNanos();
    return admission.admit(
        0,
        () ->
            reads
                .readAll(routingKey, wanted, options, deadlineNanos)
                .thenApply(
                    answer ->
                        new Answers(
                            answer.route().partition(),
                            answer.position().term(),
                            answer.results())));
  }
}

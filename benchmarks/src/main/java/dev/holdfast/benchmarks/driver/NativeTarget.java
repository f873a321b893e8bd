package dev.holdfast.benchmarks.driver;

import dev.holdfast.benchmarks.load.Operation;
import dev.holdfast.benchmarks.load.SampleItem;
import dev.holdfast.benchmarks.load.Target;
import dev.holdfast.client.Document;
import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.HoldfastException;
import dev.holdfast.client.Key;
import dev.holdfast.client.ReadLevel;
import dev.holdfast.client.Table;
import dev.holdfast.client.TableSpec;
import dev.holdfast.protocol.model.ScalarType;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Our own client. Answers are handled where they arrive, as in the drivers of the peers. */
public final class NativeTarget implements Target {
  private static final String TABLE = "bench";

  private final String name;
  private final HoldfastClient client;
  private final Table eventual;
  private final Table strong;

  /**
   * @param addresses host:port of the native protocol of some nodes
   */
  public NativeTarget(String name, List<String> addresses) {
    this.name = name;
    HoldfastClient.Builder builder = HoldfastClient.builder().executor(Runnable::run);
    addresses.forEach(builder::address);
    client = builder.build();
    eventual = client.table(TABLE);
    strong = eventual.with(ReadLevel.STRONG);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void prepare() {
    TableSpec spec = TableSpec.named(TABLE).partitionKey(SampleItem.KEY_ATTRIBUTE, ScalarType.S);
    try {
      client.createTable(spec).join();
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof HoldfastException.TableInUseException)) {
        throw e;
      }
    }
    client.waitUntilActive(TABLE).join();
  }

  @Override
  public CompletableFuture<?> start(Operation operation, int lane, long itemNumber) {
    SampleItem item = new SampleItem(itemNumber);
    return switch (operation) {
      case PUT -> eventual.put(document(item));
      case STRONG_GET -> get(strong, item);
      case EVENTUAL_GET -> get(eventual, item);
    };
  }

  @Override
  public void close() {
    client.close();
  }

  private static CompletableFuture<?> get(Table table, SampleItem item) {
    return table.get(Key.of(item.key())).thenAccept(NativeTarget::requirePresent);
  }

  private static void requirePresent(Optional<Document> found) {
    if (found.isEmpty()) {
      throw new IllegalStateException("the item is not there");
    }
  }

  private static Document document(SampleItem item) {
    return Document.builder()
        .set(SampleItem.KEY_ATTRIBUTE, item.key())
        .set("name", item.name())
        .set("email", item.email())
        .set("visits", item.visits())
        .set("note", SampleItem.NOTE)
        .build();
  }
}

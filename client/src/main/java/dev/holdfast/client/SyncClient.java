package dev.holdfast.client;

import dev.holdfast.protocol.model.TableDescriptor;
import java.util.List;
import java.util.Optional;

/**
 * A {@link HoldfastClient} whose methods wait. They throw the {@link HoldfastException} with which
 * the future would have failed.
 *
 * <pre>{@code
 * try (SyncClient client = HoldfastClient.connect("127.0.0.1:8100").sync()) {
 *   client.createTable(TableSpec.named("orders").partitionKey("id", ScalarType.S));
 *   client.table("orders").put(order);
 * }
 * }</pre>
 */
public final class SyncClient implements AutoCloseable {
  private final HoldfastClient client;

  SyncClient(HoldfastClient client) {
    this.client = client;
  }

  public SyncTable table(String name) {
    return new SyncTable(client.table(name));
  }

  /** A transaction without any step, for {@link #commit}. */
  public Transaction transaction() {
    return client.transaction();
  }

  /** Commits a transaction and waits until it has taken effect. */
  public TransactionResult commit(Transaction transaction) {
    return Blocking.get(transaction.commit());
  }

  /** Reads of several items at one moment, for {@link #read}. */
  public TransactionalGets transactionalGets() {
    return client.transactionalGets();
  }

  /** The items, in order, as they were at one moment. */
  public List<Optional<Document>> read(TransactionalGets gets) {
    return Blocking.get(gets.read());
  }

  /** Creates a table and waits until it can be used. */
  public TableDescriptor createTable(TableSpec spec) {
    Blocking.get(client.createTable(spec));
    return Blocking.get(client.waitUntilActive(spec.name()));
  }

  /** Deletes a table and waits until it is gone. */
  public void deleteTable(String name) {
    Blocking.get(client.deleteTable(name));
    Blocking.get(client.waitUntilDeleted(name));
  }

  public Optional<TableDescriptor> describeTable(String name) {
    return Blocking.get(client.describeTable(name));
  }

  public List<String> listTables() {
    return Blocking.get(client.listTables());
  }

  /** Closes the client. */
  @Override
  public void close() {
    client.close();
  }

  /** A table of a session, its methods waiting. */
  public SyncTable table(HoldfastSession session, String name) {
    return new SyncTable(session.table(name));
  }
}

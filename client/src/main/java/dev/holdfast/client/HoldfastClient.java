package dev.holdfast.client;

import dev.holdfast.client.routing.Router;
import dev.holdfast.client.routing.RouterListener;
import dev.holdfast.client.routing.RouterOptions;
import dev.holdfast.client.routing.RouterWorld;
import dev.holdfast.client.routing.Session;
import dev.holdfast.client.routing.TransactionStore;
import dev.holdfast.client.transport.ConnectionOptions;
import dev.holdfast.client.transport.NodeConnections;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.rpc.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a Holdfast cluster. Make one per process and share it: it is thread-safe, learns
 * where every key lives, and talks straight to the leader of each partition.
 *
 * <pre>{@code
 * try (HoldfastClient client = HoldfastClient.connect("127.0.0.1:8100", "127.0.0.1:8101")) {
 *   Table orders = client.table("orders");
 *   orders.put(Document.builder().set("id", "o-17").set("total", 12).build()).join();
 *   Document order = orders.get(Key.of("o-17")).join().orElseThrow();
 * }
 * }</pre>
 *
 * <p>Calls are retried inside until their time-out; a write is applied at most once. Futures
 * complete on the executor of the builder, never on a thread of the network.
 */
public final class HoldfastClient implements AutoCloseable {
  private final TableCalls calls;
  private final TransactionCalls transactions;
  private final CallSettings settings;
  private final TableAdmin admin;
  private final Runnable onClose;

  HoldfastClient(
      TableCalls calls, TransactionStore transactions, CallSettings settings, Runnable onClose) {
    this.calls = calls;
    this.transactions = new TransactionCalls(calls, transactions);
    this.settings = settings;
    this.admin = new TableAdmin(calls, settings.timeout());
    this.onClose = onClose;
  }

  /**
   * A client with default settings; asks nobody before it is used.
   *
   * @param addresses native addresses, {@code host:port}, of some nodes of the cluster
   */
  public static HoldfastClient connect(String... addresses) {
    Builder builder = builder();
    for (String address : addresses) {
      builder.address(address);
    }
    return builder.build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** A handle on a table; asks nobody. */
  public Table table(String name) {
    return new Table(name, calls, settings);
  }

  /** A transaction without any step; asks nobody before it is committed. */
  public Transaction transaction() {
    return new Transaction(transactions, settings);
  }

  /** Reads of several items at one moment; asks nobody before they are read. */
  public TransactionalGets transactionalGets() {
    return new TransactionalGets(transactions, settings);
  }

  /** A session that has seen nothing yet. */
  public HoldfastSession startSession() {
    return new HoldfastSession(new Session(), calls, transactions, settings);
  }

  /** A session that has seen what another one had. */
  public HoldfastSession resumeSession(SessionToken token) {
    return new HoldfastSession(new Session(token.positions()), calls, transactions, settings);
  }

  /** Creates a table; it can be used once it is active. */
  public CompletableFuture<TableDescriptor> createTable(TableSpec spec) {
    return admin.create(spec);
  }

  /** Deletes a table and all that is in it. */
  public CompletableFuture<@Nullable Void> deleteTable(String name) {
    return admin.delete(name);
  }

  /** The table as it is now; empty when there is none. */
  public CompletableFuture<Optional<TableDescriptor>> describeTable(String name) {
    return admin.describe(name);
  }

  /** All table names, in order. */
  public CompletableFuture<List<String>> listTables() {
    return admin.list();
  }

  /** Completes when the table can be used. */
  public CompletableFuture<TableDescriptor> waitUntilActive(String name) {
    return admin.untilActive(name);
  }

  /** Completes when the table is gone. */
  public CompletableFuture<@Nullable Void> waitUntilDeleted(String name) {
    return admin.untilDeleted(name);
  }

  /** The same client, its methods waiting for their results. */
  public SyncClient sync() {
    return new SyncClient(this);
  }

  /** Ends all connections; what is under way fails. */
  @Override
  public void close() {
    onClose.run();
  }

  /**
   * Settings of a client; each has a default. Not thread-safe.
   *
   * <pre>{@code
   * HoldfastClient client =
   *     HoldfastClient.builder()
   *         .address("10.0.0.1:8100")
   *         .address("10.0.0.2:8100")
   *         .readLevel(ReadLevel.bounded(Duration.ofSeconds(2)))
   *         .timeout(Duration.ofSeconds(3))
   *         .preferredNode("n1")
   *         .routing(RouterOptions.defaults().withHedgeDelay(Duration.ofMillis(10)))
   *         .connections(ConnectionOptions.defaults())
   *         .executor(myExecutor)
   *         .listener((operation, table, latency, failure) -> timer.record(latency))
   *         .build();
   * }</pre>
   */
  public static final class Builder {
    private final List<String> addresses = new ArrayList<>();
    private ReadLevel readLevel = ReadLevel.EVENTUAL;
    private Duration timeout = Duration.ofSeconds(10);
    private Executor executor = ForkJoinPool.commonPool();
    private ClientListener listener = ClientListener.NONE;
    private RouterOptions routing = RouterOptions.defaults();
    private ConnectionOptions connections = ConnectionOptions.defaults();

    private Builder() {}

    /** A node to ask first, {@code host:port} of its native protocol; give several. */
    public Builder address(String hostAndPort) {
      addresses.add(hostAndPort);
      return this;
    }

    /** How tables are read unless a handle says otherwise; default {@link ReadLevel#EVENTUAL}. */
    public Builder readLevel(ReadLevel level) {
      this.readLevel = level;
      return this;
    }

    /** For a call with all its retries; default 10 s. */
    public Builder timeout(Duration duration) {
      this.timeout = duration;
      return this;
    }

    /** Where futures complete and your code runs; default the common pool. */
    public Builder executor(Executor yours) {
      this.executor = yours;
      return this;
    }

    public Builder listener(ClientListener yours) {
      this.listener = yours;
      return this;
    }

    /** The node nearest to this process, to be read first where any replica will do. */
    public Builder preferredNode(String nodeId) {
      this.routing = routing.withPreferred(new NodeId(nodeId));
      return this;
    }

    /** Retries, batches and limits; see {@link RouterOptions}. */
    public Builder routing(RouterOptions options) {
      this.routing = options;
      return this;
    }

    /** Threads, time-outs and limits of connections; see {@link ConnectionOptions}. */
    public Builder connections(ConnectionOptions options) {
      this.connections = options;
      return this;
    }

    public HoldfastClient build() {
      if (addresses.isEmpty()) {
        throw new IllegalArgumentException("give the address of at least one node");
      }
      ScheduledThreadPoolExecutor timers =
          new ScheduledThreadPoolExecutor(
              1,
              task -> {
                Thread thread = new Thread(task, "holdfast-client-timer");
                thread.setDaemon(true);
                return thread;
              });
      RouterWorld world = RouterWorld.real(timers);
      NodeConnections links = new NodeConnections(connections);
      Router router = new Router(routing, addresses, links, world, heardBy(listener));
      TableCalls calls = new TableCalls(router, world, executor, listener);
      CallSettings settings = new CallSettings(readLevel, null, timeout);
      return new HoldfastClient(
          calls,
          router.transactions(),
          settings,
          () -> {
            links.close();
            timers.shutdown(); // retries that wait still come, and fail
          });
    }

    private static RouterListener heardBy(ClientListener listener) {
      return new RouterListener() {
        @Override
        public void attemptFailed(StoreException failure) {
          listener.attemptFailed(String.valueOf(failure.getMessage()));
        }
      };
    }
  }
}

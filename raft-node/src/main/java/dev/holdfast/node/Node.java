package dev.holdfast.node;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.client.routing.NodeLinks;
import dev.holdfast.client.routing.Router;
import dev.holdfast.client.routing.RouterOptions;
import dev.holdfast.client.routing.RouterWorld;
import dev.holdfast.client.transport.ConnectionOptions;
import dev.holdfast.client.transport.NodeConnections;
import dev.holdfast.node.change.ChangeTrimOptions;
import dev.holdfast.node.change.ChangeTrimmer;
import dev.holdfast.node.config.ClusterConfig.Service;
import dev.holdfast.node.config.HostPort;
import dev.holdfast.node.config.Tuning;
import dev.holdfast.node.consensus.ClusterTime;
import dev.holdfast.node.consensus.Consensus;
import dev.holdfast.node.consensus.ConsensusClock;
import dev.holdfast.node.consensus.ConsensusWorld;
import dev.holdfast.node.consensus.SeedDirectory;
import dev.holdfast.node.consensus.StateMachineFactories;
import dev.holdfast.node.control.ClusterStatus;
import dev.holdfast.node.control.ControlLink;
import dev.holdfast.node.control.KnownNodes;
import dev.holdfast.node.control.LatestMap;
import dev.holdfast.node.control.MetaController;
import dev.holdfast.node.control.OutsideLink;
import dev.holdfast.node.control.RecordedMoves;
import dev.holdfast.node.control.StatusRoute;
import dev.holdfast.node.dynamodb.DynamoDbApi;
import dev.holdfast.node.dynamodb.DynamoDbOptions;
import dev.holdfast.node.expiry.Expiries;
import dev.holdfast.node.expiry.ExpiryOptions;
import dev.holdfast.node.expiry.ExpiryWorld;
import dev.holdfast.node.http.Coders;
import dev.holdfast.node.http.HttpServer;
import dev.holdfast.node.index.Deliveries;
import dev.holdfast.node.index.DeliveryWorld;
import dev.holdfast.node.index.IndexedLink;
import dev.holdfast.node.index.RoutedEntries;
import dev.holdfast.node.load.Pulse;
import dev.holdfast.node.rpc.NativeServer;
import dev.holdfast.node.rpc.NativeServerOptions;
import dev.holdfast.node.telemetry.AdminServer;
import dev.holdfast.node.telemetry.ChangeMetrics;
import dev.holdfast.node.telemetry.DeliveryMetrics;
import dev.holdfast.node.telemetry.ExpiryMetrics;
import dev.holdfast.node.telemetry.NodeMetrics;
import dev.holdfast.node.telemetry.TransactionMetrics;
import dev.holdfast.node.transaction.Coordinator;
import dev.holdfast.node.transaction.Resolver;
import dev.holdfast.node.transaction.Sweeper;
import dev.holdfast.node.transaction.TransactionLink;
import dev.holdfast.node.transaction.TransactionOptions;
import dev.holdfast.node.transaction.TransactionWorld;
import dev.holdfast.partition.meta.MetaDecider;
import dev.holdfast.partition.meta.MetaReader;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.rpc.NodeReport;
import dev.holdfast.protocol.rpc.NodeReport.Vitals;
import dev.holdfast.statemachine.PartitionStateMachines;
import dev.holdfast.statemachine.replica.ReplicaFactory;
import dev.holdfast.statemachine.replica.ReplicaOptions;
import dev.holdfast.statemachine.replica.WindowLimits;
import dev.holdfast.statemachine.rocksdb.RocksEnvironment;
import dev.holdfast.statemachine.spi.FaultHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node: makes its parts, wires them, and stops them in order. Nothing else lives here.
 *
 * <p>Stopping begins with consensus, which hands its leaders over; meanwhile the endpoint goes on
 * and its router sends what arrives to the other nodes.
 */
final class Node implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Node.class);
  private static final int TIMER_THREADS = 4;

  private final Deque<Part> parts = new ArrayDeque<>();

  /** A part that is running, and how to stop it. */
  private record Part(String name, AutoCloseable stop) {}

  private Node() {}

  /**
   * Returns once every part serves; leaders may still have to be elected.
   *
   * @throws IOException when a port or the directory cannot be used; what had been started is
   *     stopped
   */
  static Node start(NodeOptions options, FaultHandler faults) throws IOException {
    Node node = new Node();
    try {
      node.startParts(options, faults);
    } catch (IOException | RuntimeException e) {
      node.close();
      throw e;
    }
    return node;
  }

  private void startParts(NodeOptions options, FaultHandler faults) throws IOException {
    started("lock", NodeLock.take(options.directory()));
    ScheduledExecutorService timers = timers();
    started("timers", timers::shutdownNow);
    NodeMetrics metrics = new NodeMetrics();
    MetaController controller = new MetaController(timers, NodeOptions.SWEEP_PERIOD);
    RocksEnvironment rocks = rocks(options, metrics);
    NodeConnections connections = new NodeConnections(ConnectionOptions.defaults());
    started("connections", connections);
    String self = options.node().rpcAddress();
    LocalReplicas local = new LocalReplicas();
    NodeLinks links = address -> address.equals(self) ? local : connections.to(address);
    RouterWorld world = RouterWorld.real(timers);
    Router router = router(options, links, world, metrics);
    ConsensusClock clock = ConsensusClock.system();
    ClusterTime time = time(options, clock, metrics);
    TransactionWorld transactionWorld = new TransactionWorld(world, time::micros, time::isAstray);
    TransactionMetrics transactionMetrics = new TransactionMetrics(metrics);
    Resolver resolver = new Resolver(router.steps(), transactionWorld, transactionMetrics);
    Path replicas = options.directory().resolve("replicas");
    KnownNodes nodes = new KnownNodes(router, options.cluster().nodes(), connections);
    Consensus consensus =
        new Consensus(
            options.consensus(),
            options.peer(),
            replicas,
            factories(rocks, controller, replicas, faults),
            nodes,
            new ConsensusWorld(clock, time, timers, faults, metrics, resolver));
    consensus.ask(new RecordedMoves(router));
    Deliveries deliveries = deliveries(consensus, router, transactionWorld, metrics);
    Coordinator coordinator = coordinator(router, resolver, transactionWorld, transactionMetrics);
    ControlLink link =
        controlLink(
            new TransactionLink(coordinator, new IndexedLink(consensus, deliveries, world)),
            consensus,
            router,
            vitals(options, time),
            controller,
            timers);
    local.are(link);
    Readiness readiness = new Readiness(consensus, router, time::isAstray);
    startServers(
        options, metrics, consensus, link, links, router, coordinator, controller, readiness);
    consensus.start(options.initialPartitions(), options.peers());
    started("consensus", consensus);
    look(nodes, timers, router, options, consensus);
    sweep(
        new Sweeper(consensus, consensus::status, resolver, transactionWorld, transactionMetrics));
    deliveries.start();
    tend(options, consensus, transactionWorld, metrics);
    controller.start(consensus, links, options.cluster().initialMap(), options.steering());
    started("controller", controller);
    logServing(options);
  }

  private RocksEnvironment rocks(NodeOptions options, NodeMetrics metrics) throws IOException {
    RocksEnvironment rocks = new RocksEnvironment(options.rocks());
    started("rocksdb", rocks);
    RocksGauges.register(metrics, rocks);
    return rocks;
  }

  private static ClusterTime time(NodeOptions options, ConsensusClock clock, NodeMetrics metrics) {
    ClusterTime time = new ClusterTime(options.id(), NodeOptions.CLOCK_OFFSET_MAX, clock);
    metrics.gauge("clock.astray", () -> time.isAstray() ? 1 : 0);
    metrics.gauge("clock.system.offset.micros", time::systemOffsetMicros);
    return time;
  }

  private static Router router(
      NodeOptions options, NodeLinks links, RouterWorld world, NodeMetrics metrics) {
    RouterOptions routing = RouterOptions.defaults().withPreferred(options.id());
    return new Router(routing, options.seeds(), links, world, metrics);
  }

  private static Coordinator coordinator(
      Router router, Resolver resolver, TransactionWorld world, TransactionMetrics metrics) {
    return new Coordinator(router.steps(), resolver, world, TransactionOptions.DEFAULT, metrics);
  }

  private Supplier<Vitals> vitals(NodeOptions options, ClusterTime time) throws IOException {
    Pulse pulse =
        new Pulse(options.cluster().tuning().cores(), options.directory().resolve("pulse"));
    started("pulse", pulse);
    return () -> pulse.vitals(time.isAstray());
  }

  private static ControlLink controlLink(
      NodeLink next,
      Consensus consensus,
      Router router,
      Supplier<Vitals> vitals,
      MetaController controller,
      ScheduledExecutorService timers) {
    return new ControlLink(
        next,
        router,
        epoch -> new NodeReport(consensus.status(), epoch, vitals.get(), consensus.loads()),
        controller::report,
        timers);
  }

  private void sweep(Sweeper sweeper) {
    started("sweeper", sweeper);
    sweeper.start();
  }

  /** Deletes what is old of change logs, and what has expired. */
  private void tend(
      NodeOptions options, Consensus consensus, TransactionWorld world, NodeMetrics metrics) {
    trim(options, consensus, world, metrics);
    expire(options, consensus, world, metrics);
  }

  private void expire(
      NodeOptions options, Consensus consensus, TransactionWorld world, NodeMetrics metrics) {
    Tuning tuning = options.cluster().tuning();
    Expiries expiries =
        new Expiries(
            consensus,
            consensus::leading,
            new ExpiryWorld(world.router(), world.timeMicros(), new ExpiryMetrics(metrics)),
            new ExpiryOptions(tuning.expiryInterval(), tuning.expiryItemsPerSecond()));
    started("expiries", expiries);
    expiries.start();
  }

  private Deliveries deliveries(
      Consensus consensus, Router router, TransactionWorld world, NodeMetrics metrics) {
    Deliveries deliveries =
        new Deliveries(
            consensus,
            consensus::leading,
            new RoutedEntries(router, world.router()),
            new DeliveryWorld(world.router(), world.timeMicros(), new DeliveryMetrics(metrics)));
    started("deliveries", deliveries);
    return deliveries;
  }

  private void trim(
      NodeOptions options, Consensus consensus, TransactionWorld world, NodeMetrics metrics) {
    Tuning tuning = options.cluster().tuning();
    ChangeTrimmer trimmer =
        new ChangeTrimmer(
            consensus,
            consensus::status,
            world.router(),
            world.timeMicros(),
            new ChangeTrimOptions(
                tuning.changesTrimInterval(),
                ChangeTrimOptions.RETENTION,
                tuning.changesBytesWarn()),
            new ChangeMetrics(metrics));
    started("trimmer", trimmer);
    trimmer.start();
  }

  private void look(
      KnownNodes nodes,
      ScheduledExecutorService timers,
      Router router,
      NodeOptions options,
      Consensus consensus) {
    LatestMap latest = new LatestMap(router, options.cluster().initialMap());
    nodes.look(timers, latest, known -> consensus.learn(NodeOptions.peers(known)));
    started("nodes", nodes);
  }

  private static void logServing(NodeOptions options) {
    log.info(
        "node={} cluster={} serves http={} rpc={} raft={} admin={}",
        options.id(),
        options.cluster().clusterId(),
        options.node().httpAddress(),
        options.node().rpcAddress(),
        options.node().raftAddress(),
        options.node().adminAddress());
  }

  private void startServers(
      NodeOptions options,
      NodeMetrics metrics,
      Consensus consensus,
      NodeLink link,
      NodeLinks links,
      Router router,
      Coordinator coordinator,
      MetaController controller,
      Readiness readiness)
      throws IOException {
    metrics.gauge("transactions.inflight", coordinator::inFlight);
    ClusterMap initial = options.cluster().initialMap();
    ClusterStatus status =
        new ClusterStatus(options.cluster().clusterId(), new LatestMap(router, initial), links);
    HostPort admin = options.address(Service.ADMIN);
    started(
        "admin",
        AdminServer.start(
            new InetSocketAddress(admin.host(), admin.port()),
            NodePages.of(metrics, consensus, readiness, status, controller::report)));
    HostPort rpc = options.address(Service.RPC);
    started(
        "native",
        new NativeServer(
            NativeServerOptions.at(rpc.host(), rpc.port()), new OutsideLink(link, router::map)));
    SecureRandom seeds = new SecureRandom(); // table ids must not repeat over all nodes and times
    DynamoDbApi api =
        new DynamoDbApi(
            router,
            coordinator,
            DynamoDbOptions.DEFAULT
                .withPartitionUnits(options.cluster().balancing().splitUnitsPerSecond())
                .withAnyOrigin(options.cluster().tuning().httpAnyOrigin()),
            metrics,
            seeds::nextLong,
            System::nanoTime);
    ExecutorService coders = Coders.start();
    started("coders", coders::shutdownNow);
    HttpServer server =
        HttpServer.start(
            options.http(),
            new StatusRoute(api, status::json),
            () -> ThreadLocalRandom.current().nextLong(),
            InstantSource.system(),
            coders);
    started("http", server);
    metrics.gauge("http.connections", server::connectionCount);
    metrics.gauge("http.requests.inflight", server::requestCount);
    metrics.gauge("http.body.bytes", server::bodyBytesInFlight);
    metrics.gauge("http.unsent.bytes", server::unsentBytes);
  }

  private static StateMachineFactories factories(
      RocksEnvironment rocks, MetaController controller, Path directory, FaultHandler faults) {
    ReplicaOptions replicas =
        new ReplicaOptions(
            WindowLimits.DEFAULT,
            faults,
            (partition, index, proposed, own) ->
                log.error(
                    "partition={} index={} the digest is {} here and {} on the leader",
                    partition,
                    index,
                    own,
                    proposed),
            new SeedDirectory(directory));
    return new StateMachineFactories(
        controller.watch(new ReplicaFactory(rocks, new MetaDecider(), new MetaReader(), replicas)),
        PartitionStateMachines.rocksdb(rocks, replicas));
  }

  private static ScheduledExecutorService timers() {
    ScheduledThreadPoolExecutor timers =
        new ScheduledThreadPoolExecutor(
            TIMER_THREADS,
            task -> {
              Thread thread = new Thread(task, "timers");
              thread.setDaemon(true);
              return thread;
            });
    timers.setRemoveOnCancelPolicy(true);
    return timers;
  }

  private void started(String name, AutoCloseable stop) {
    parts.push(new Part(name, stop));
  }

  /** Stops the parts, the last one started first; one that fails does not keep the others. */
  @Override
  public synchronized void close() {
    while (!parts.isEmpty()) {
      Part part = parts.pop();
      try {
        part.stop().close();
      } catch (Exception e) {
        log.warn("stopping {} failed: {}", part.name(), e.toString());
      }
    }
  }
}

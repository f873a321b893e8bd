package dev.holdfast.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.statemachine.memory.MemoryKeyValueStore;
import dev.holdfast.statemachine.replica.ReplicaFactory;
import dev.holdfast.statemachine.replica.ReplicaOptions;
import dev.holdfast.statemachine.replica.WindowLimits;
import dev.holdfast.statemachine.rocksdb.RocksEnvironment;
import dev.holdfast.statemachine.rocksdb.RocksOptions;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.TransactionCounts;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.table.TableWorkload;
import dev.holdfast.statemachine.transaction.TransactionDecider;
import dev.holdfast.statemachine.transaction.TransactionLimits;
import dev.holdfast.statemachine.transaction.TransactionReader;
import dev.holdfast.statemachine.transaction.TransactionRows;
import dev.holdfast.statemachine.transaction.TransactionWorkload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.NullUnmarked;

/**
 * Invariant 1: state is a function of the log. The same log into different stores, with crashes,
 * restarts, flushes and restored checkpoints: the same results, digests and bytes.
 */
@NullUnmarked // set up before each property
class DeterminismProperties {
  private static final int ENTRY_COUNT = 60;
  private static final ReplicaOptions OPTIONS =
      Replicas.options(new WindowLimits(Duration.ofMillis(30), 40, 20_000));

  /** So low that each is reached, and rows are trimmed while the log goes on. */
  private static final TransactionLimits LIMITS = new TransactionLimits(20_000, 8, 20, 6);

  private static RocksEnvironment environment;

  @BeforeContainer
  static void createEnvironment() {
    environment = new RocksEnvironment(RocksOptions.DEFAULT);
  }

  @AfterContainer
  static void closeEnvironment() {
    environment.close();
  }

  @Property(tries = 15)
  void replicasAgreeWhateverTheirHistoryOfCrashes(@ForAll long seed) throws IOException {
    List<LogEntry> log = log(new Random(seed));
    Path directory = Files.createTempDirectory("determinism");
    try {
      Calm calm = Calm.applyAll(log, directory.resolve("calm"));
      Battered battered = new Battered(log, directory, new Random(seed + 1));

      List<List<Result>> results = battered.applyAll();

      assertThat(results).isEqualTo(calm.results());
      assertThat(battered.digest()).isEqualTo(calm.digest());
      assertThat(battered.closeAndDump()).isEqualTo(calm.rows());
    } finally {
      deleteAll(directory);
    }
  }

  /** Applied once, in memory, without incident. */
  private record Calm(List<List<Result>> results, Bytes digest, Map<Bytes, Bytes> rows) {
    static Calm applyAll(List<LogEntry> log, Path directory) {
      List<List<Result>> results = new ArrayList<>();
      try (ReplicatedStateMachine replica =
          new ReplicaFactory(
                  MemoryKeyValueStore::open,
                  new TransactionDecider(LIMITS),
                  new TransactionReader(),
                  OPTIONS)
              .open(Replicas.partition(KeyRange.ALL), directory.resolve("none"))) {
        for (int i = 0; i < log.size(); i++) {
          results.add(replica.apply(new ApplyContext(1, indexOf(i)), log.get(i)));
        }
        TransactionCounts counts = replica.transactionCounts();
        try {
          Files.createDirectories(directory);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        replica.checkpoint(directory.resolve("checkpoint"));
        try (KeyValueStore store = MemoryKeyValueStore.open(directory.resolve("checkpoint"))) {
          assertThat(counts).isEqualTo(TransactionRows.count(store));
          return new Calm(results, replica.digest(), Rows.of(store));
        }
      }
    }
  }

  /** Applied on disk, and ill-treated between entries. */
  private static final class Battered {
    private final List<LogEntry> log;
    private final Path root;
    private final Random random;
    private final List<KeyValueStore> opened = new ArrayList<>();
    private int directories;
    private Path live;
    private ReplicatedStateMachine replica;

    Battered(List<LogEntry> log, Path root, Random random) {
      this.log = log;
      this.root = root;
      this.random = random;
      this.live = root.resolve("live");
      this.replica = open();
    }

    private ReplicatedStateMachine open() {
      return new ReplicaFactory(
              directory -> {
                KeyValueStore store = environment.open(directory);
                opened.add(store);
                return store;
              },
              new TransactionDecider(LIMITS),
              new TransactionReader(),
              OPTIONS)
          .open(Replicas.partition(KeyRange.ALL), live);
    }

    List<List<Result>> applyAll() {
      List<List<Result>> results = new ArrayList<>();
      int next = 0;
      while (next < log.size()) {
        List<Result> result = replica.apply(new ApplyContext(1, indexOf(next)), log.get(next));
        if (next < results.size()) {
          assertThat(result).as("replay of entry %s", next).isEqualTo(results.get(next));
        } else {
          results.add(result);
        }
        mistreat();
        next = positionAfter(replica.applied().index());
      }
      return results;
    }

    private void mistreat() {
      switch (random.nextInt(12)) {
        case 0 -> { // a crash: what was not flushed is gone
          latest().abandon();
          replica = open();
        }
        case 1 -> { // a clean restart
          replica.close();
          replica = open();
        }
        case 2 -> latest().flush();
        case 3 -> { // a snapshot installed in place of the old state
          Path checkpoint = root.resolve("checkpoint" + directories++);
          replica.checkpoint(checkpoint);
          latest().abandon();
          live = checkpoint;
          replica = open();
        }
        default -> {}
      }
    }

    private KeyValueStore latest() {
      return opened.get(opened.size() - 1);
    }

    Bytes digest() {
      return replica.digest();
    }

    Map<Bytes, Bytes> closeAndDump() {
      replica.close();
      try (KeyValueStore store = environment.open(live)) {
        return Rows.of(store);
      }
    }
  }

  private static long indexOf(int position) {
    return 3L * position + 1; // log indices grow but are not consecutive
  }

  private static int positionAfter(long index) {
    return (int) ((index + 2) / 3);
  }

  private static List<LogEntry> log(Random random) {
    TableWorkload workload = new TableWorkload(random);
    TransactionWorkload transactions = new TransactionWorkload(random, workload);
    List<Proposal> sent = new ArrayList<>();
    List<LogEntry> log = new ArrayList<>();
    log.add(
        new LogEntry(
            1_000,
            List.of(proposal(random, 1_000, new Command.InstallTable(TableWorkload.TABLE)))));
    long stamp = 1_000;
    for (int entry = 1; entry < ENTRY_COUNT; entry++) {
      stamp += random.nextInt(4_000) - 200;
      List<Proposal> proposals = new ArrayList<>();
      for (int i = random.nextInt(5); i > 0; i--) {
        if (!sent.isEmpty() && random.nextInt(5) == 0) {
          proposals.add(sent.get(random.nextInt(sent.size())));
        } else {
          Command command =
              random.nextInt(3) == 0 ? transactions.step(stamp) : command(random, workload);
          proposals.add(proposal(random, stamp, command));
        }
        sent.add(proposals.get(proposals.size() - 1));
      }
      log.add(new LogEntry(stamp, proposals));
    }
    return log;
  }

  private static Command command(Random random, TableWorkload workload) {
    return switch (random.nextInt(60)) {
      case 0 -> new Command.DropTable(TableWorkload.TABLE.id());
      case 1 -> new Command.RenewLease();
      case 2 -> new Command.InstallTable(TableWorkload.TABLE);
      default -> workload.write();
    };
  }

  private static Proposal proposal(Random random, long stampMicros, Command command) {
    long carried = random.nextInt(4) == 0 ? Proposal.STAMP_UNKNOWN : stampMicros;
    return new Proposal(
        new RequestId(random.nextLong(), random.nextLong()),
        carried,
        random.nextInt(4) == 0,
        command);
  }

  private static void deleteAll(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

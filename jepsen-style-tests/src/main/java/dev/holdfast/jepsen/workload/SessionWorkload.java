package dev.holdfast.jepsen.workload;

import dev.holdfast.client.Document;
import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.HoldfastException;
import dev.holdfast.client.HoldfastSession;
import dev.holdfast.client.Key;
import dev.holdfast.client.ReadLevel;
import dev.holdfast.client.SessionToken;
import dev.holdfast.client.SyncTable;
import dev.holdfast.client.Transaction;
import dev.holdfast.jepsen.history.Operation;
import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.Recorder;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Sessions that each write keys of their own, alone or in a transaction over several tables, and
 * read everybody's. Now and then a session's token is carried to another client, as between
 * processes, and the session goes on there.
 *
 * <p>After a write of unknown outcome a session takes another key, as that write may still take
 * effect and must then be the key's last (see {@code SessionGuarantees}).
 */
public final class SessionWorkload {
  private static final int STEPS_WITH_A_CLIENT_MAX = 40;
  private static final long PAUSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(20);

  private final Recorder<Operation> recorder;
  private final List<HoldfastClient> clients;
  private final String table;
  private final List<String> others;
  private final AtomicReferenceArray<String> keys;
  private final AtomicLong staleEventualReads = new AtomicLong();

  /**
   * @param clients between which sessions move; reads of each go to another node first
   * @param others tables that transactions write, too, best in other partitions
   */
  public SessionWorkload(
      Recorder<Operation> recorder,
      List<HoldfastClient> clients,
      String table,
      List<String> others,
      int sessionCount) {
    this.recorder = recorder;
    this.clients = clients;
    this.table = table;
    this.others = List.copyOf(others);
    this.keys = new AtomicReferenceArray<>(sessionCount);
    for (int i = 0; i < sessionCount; i++) {
      keys.set(i, "s" + i);
    }
  }

  /**
   * How many reads at EVENTUAL, made right after an acknowledged write, did not see it: proof that
   * in this run a session had something to guarantee.
   */
  public long staleEventualReads() {
    return staleEventualReads.get();
  }

  /** Runs one session until told to stop. */
  public void run(int number, Random random, BooleanSupplier stopped) {
    int process = recorder.newProcess();
    HoldfastSession session = clients.get(0).startSession();
    HoldfastClient client = clients.get(0);
    long written = 0;
    while (!stopped.getAsBoolean()) {
      client = clients.get(random.nextInt(clients.size()));
      session = client.resumeSession(SessionToken.parse(session.token().toString()));
      SyncTable mine = client.sync().table(session, table);
      for (int step = random.nextInt(STEPS_WITH_A_CLIENT_MAX); step >= 0; step--) {
        if (random.nextInt(3) == 0) {
          String key = keys.get(number);
          Document item = NativeRegisters.item(key, written + 1);
          Runnable write =
              random.nextBoolean() ? () -> mine.put(item) : transaction(client, session, item);
          written = write(process, number, write, written);
          compare(client, keys.get(number), written);
        } else {
          read(process, mine, keys.get(random.nextInt(keys.length())));
        }
        read(process, mine, keys.get(number));
        LockSupport.parkNanos(1 + random.nextLong(PAUSE_NANOS_MAX));
      }
    }
  }

  private Runnable transaction(HoldfastClient client, HoldfastSession session, Document item) {
    Transaction transaction = session.transaction().put(table, item);
    for (String other : others) {
      transaction = transaction.put(other, item);
    }
    Transaction all = transaction;
    return () -> client.sync().commit(all);
  }

  /** Returns the last value that the session's present key was given; 0 for none. */
  private long write(int process, int number, Runnable write, long written) {
    String key = keys.get(number);
    long value = written + 1;
    long call = recorder.nanos();
    Outcome outcome = Outcome.OK;
    try {
      write.run();
    } catch (HoldfastException.UnavailableException
        | HoldfastException.ThrottledException
        | HoldfastException.TransactionCancelledException e) {
      outcome = Outcome.FAILED;
    } catch (HoldfastException e) {
      outcome = Outcome.UNKNOWN;
    }
    recorder.add(Operation.write(process, key, outcome, value, call, recorder.nanos()));
    if (outcome == Outcome.UNKNOWN) {
      keys.set(number, key + "+");
      return 0;
    }
    return outcome == Outcome.OK ? value : written;
  }

  private void compare(HoldfastClient client, String key, long written) {
    try {
      Optional<Document> found =
          client.sync().table(table).with(ReadLevel.EVENTUAL).get(Key.of(key));
      if (found.map(NativeRegisters::value).orElse(0L) < written) {
        staleEventualReads.incrementAndGet();
      }
    } catch (HoldfastException e) {
      return; // says nothing
    }
  }

  private void read(int process, SyncTable mine, String key) {
    long call = recorder.nanos();
    Long value = null;
    Outcome outcome = Outcome.OK;
    try {
      value = mine.get(Key.of(key)).map(NativeRegisters::value).orElse(null);
    } catch (HoldfastException e) {
      outcome = Outcome.FAILED;
    }
    recorder.add(Operation.read(process, key, outcome, value, call, recorder.nanos()));
  }
}

package dev.holdfast.jepsen.run;

import dev.holdfast.jepsen.checker.BankTotal;
import dev.holdfast.jepsen.checker.BoundedStaleness;
import dev.holdfast.jepsen.checker.CounterBounds;
import dev.holdfast.jepsen.checker.IndexProjection;
import dev.holdfast.jepsen.checker.ListAppendSerializability;
import dev.holdfast.jepsen.checker.NothingInherited;
import dev.holdfast.jepsen.checker.RegisterLinearizability;
import dev.holdfast.jepsen.checker.RegisterTransactions;
import dev.holdfast.jepsen.checker.SessionGuarantees;
import dev.holdfast.jepsen.checker.SetMembership;
import dev.holdfast.jepsen.checker.StreamOrder;
import dev.holdfast.jepsen.history.BankNotation;
import dev.holdfast.jepsen.history.CounterNotation;
import dev.holdfast.jepsen.history.IndexNotation;
import dev.holdfast.jepsen.history.ListNotation;
import dev.holdfast.jepsen.history.RegisterNotation;
import dev.holdfast.jepsen.history.RegisterTransactionNotation;
import dev.holdfast.jepsen.history.SetNotation;
import dev.holdfast.jepsen.history.StreamNotation;
import dev.holdfast.jepsen.history.TableNotation;
import dev.holdfast.jepsen.store.Store;
import dev.holdfast.jepsen.workload.BankWorkload;
import dev.holdfast.jepsen.workload.CounterWorkload;
import dev.holdfast.jepsen.workload.IndexWorkload;
import dev.holdfast.jepsen.workload.ListAppendWorkload;
import dev.holdfast.jepsen.workload.RegisterTransactionWorkload;
import dev.holdfast.jepsen.workload.RegisterWorkload;
import dev.holdfast.jepsen.workload.SessionWorkload;
import dev.holdfast.jepsen.workload.SetWorkload;
import dev.holdfast.jepsen.workload.StalenessWorkload;
import dev.holdfast.jepsen.workload.StreamWorkload;
import dev.holdfast.jepsen.workload.TableWorkload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** All that can be put to the test. */
public final class Experiments {
  private static final long CONFIGURATIONS_MAX = 5_000_000;
  private static final int SESSIONS_MAX = 64;

  /** As table ids are random, they lie in several partitions where there are several. */
  private static final List<String> TABLES =
      IntStream.range(0, 6).mapToObj(table -> "jepsen-" + table).toList();

  private static final String TABLE = TABLES.get(0);

  private static final List<Experiment<?>> ALL =
      List.of(
          new Experiment<>(
              "register",
              "reads, writes and conditional writes of an item are linearizable",
              new RegisterNotation(),
              new RegisterLinearizability(CONFIGURATIONS_MAX),
              recorder -> new RegisterWorkload(recorder, TABLE)),
          new Experiment<>(
              "list-append",
              "transactions over tables and partitions are strictly serializable",
              new ListNotation(),
              history -> ListAppendSerializability.check(history),
              recorder -> new ListAppendWorkload(recorder, TABLES)),
          new Experiment<>(
              "rw-register",
              "transactions that read and write items are strictly serializable",
              new RegisterTransactionNotation(),
              RegisterTransactions::check,
              recorder -> new RegisterTransactionWorkload(recorder, TABLES)),
          new Experiment<>(
              "bank",
              "transfers neither make money nor lose it, whenever all accounts are read",
              new BankNotation(),
              history -> BankTotal.check(history, BankWorkload.atFirst()),
              recorder -> new BankWorkload(recorder, TABLES)),
          new Experiment<>(
              "counter",
              "every increment is applied exactly once, however often it is tried",
              new CounterNotation(),
              new CounterBounds(),
              recorder -> new CounterWorkload(recorder, TABLE)),
          new Experiment<>(
              "set",
              "scans and queries miss nothing and see nothing twice while partitions split",
              new SetNotation(),
              new SetMembership(),
              recorder -> new SetWorkload(recorder, "jepsen-set")),
          new Experiment<>(
              "session",
              "a session reads its own writes and never goes back in time, on any node",
              new RegisterNotation(),
              SessionGuarantees::check,
              recorder -> new SessionWorkload(recorder, TABLE, TABLES.subList(1, 4), SESSIONS_MAX)),
          new Experiment<>(
              "staleness",
              "a read of bounded staleness is not staler than its bound",
              new RegisterNotation(),
              new BoundedStaleness(Duration.ofMillis(Store.STALENESS_MILLIS_MAX)),
              recorder -> new StalenessWorkload(recorder, TABLE)),
          new Experiment<>(
              "table",
              "a table that is created again under its name inherits nothing",
              new TableNotation(),
              new NothingInherited(),
              recorder -> new TableWorkload(recorder, TABLE)),
          new Experiment<>(
              "index",
              "a global index shows what its table has, from the moment on at which it is ACTIVE",
              new IndexNotation(),
              new IndexProjection(),
              recorder -> new IndexWorkload(recorder, TABLE)),
          new Experiment<>(
              "index-register",
              "consistent reads of a global index are linearizable",
              new RegisterNotation(),
              new RegisterLinearizability(CONFIGURATIONS_MAX),
              recorder -> new RegisterWorkload(recorder, TABLE, RegisterWorkload.Access.INDEX)),
          new Experiment<>(
              "stream",
              "a stream tells every change once, in the order in which it was made",
              new StreamNotation(),
              new StreamOrder(),
              recorder -> new StreamWorkload(recorder, TABLE)));

  private Experiments() {}

  public static List<Experiment<?>> all() {
    return ALL;
  }

  public static Optional<Experiment<?>> named(String name) {
    return ALL.stream().filter(each -> each.name().equals(name)).findFirst();
  }
}

package dev.holdfast.node.cli.demo;

import static dev.holdfast.client.Expressions.add;
import static dev.holdfast.client.Expressions.attribute;
import static dev.holdfast.client.Expressions.set;

import dev.holdfast.client.Document;
import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.HoldfastException.ConditionFailedException;
import dev.holdfast.client.HoldfastException.TableInUseException;
import dev.holdfast.client.HoldfastException.TransactionCancelledException;
import dev.holdfast.client.HoldfastSession;
import dev.holdfast.client.Key;
import dev.holdfast.client.Query;
import dev.holdfast.client.ReadLevel;
import dev.holdfast.client.Table;
import dev.holdfast.client.TableSpec;
import dev.holdfast.client.Transaction;
import dev.holdfast.protocol.model.ScalarType;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;

/** The demonstration, step by step; prints as it goes. */
public final class Demo {
  private static final String TABLE = "demo-media-types";
  private static final int WRITES_AT_A_TIME = 64;
  private static final int SHOWN_MAX = 5;
  private static final Key PNG = Key.of("image", "png");
  private static final Key HTML = Key.of("text", "html");

  private final HoldfastClient client;
  private final Table table;
  private final PrintWriter out;
  private final boolean terminal;

  /**
   * @param terminal whether the output can draw a bar
   */
  public Demo(HoldfastClient client, PrintWriter out, boolean terminal) {
    this.client = client;
    this.table = client.table(TABLE);
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * Blocks until all is shown. Leaves the table behind.
   *
   * @param nodes null: nothing is broken
   */
  public void run(@org.jspecify.annotations.Nullable DemoNodes nodes)
      throws IOException, InterruptedException {
    load();
    query();
    updateOnCondition();
    writeTogether();
    readAtEveryLevel();
    if (nodes == null) {
      say("No node is killed: the cluster was not started here (use --data).");
      return;
    }
    new Failover(client, table, nodes, out).run();
  }

  private void load() throws IOException, InterruptedException {
    List<Document> documents = MediaTypes.read();
    heading("1  Load real records");
    say("The internet's media types: " + MediaTypes.SOURCE);
    createTable();
    LoadBar bar = new LoadBar(out, terminal, documents.size());
    Semaphore permits = new Semaphore(WRITES_AT_A_TIME);
    long begun = System.nanoTime();
    CompletableFuture<?>[] writes = new CompletableFuture<?>[documents.size()];
    for (int i = 0; i < writes.length; i++) {
      permits.acquire();
      writes[i] =
          table
              .put(documents.get(i))
              .whenComplete(
                  (done, failure) -> {
                    permits.release();
                    bar.advance();
                  });
    }
    CompletableFuture.allOf(writes).join();
    say(
        String.format(
            Locale.ROOT,
            "%,d records of %d shapes in %d ms, each on the disks of a majority before its answer.",
            documents.size(),
            MediaTypes.shapeCount(documents),
            millisSince(begun)));
  }

  private void createTable() {
    TableSpec spec =
        TableSpec.named(TABLE)
            .partitionKey(MediaTypes.PARTITION_KEY, ScalarType.S)
            .sortKey(MediaTypes.SORT_KEY, ScalarType.S);
    if (client.describeTable(TABLE).join().isPresent()) {
      client.deleteTable(TABLE).join(); // a table created again inherits nothing (invariant 12)
      client.waitUntilDeleted(TABLE).join();
    }
    try {
      client.createTable(spec).join();
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof TableInUseException)) {
        throw e;
      }
    }
    client.waitUntilActive(TABLE).join();
  }

  private void query() {
    heading("2  Query");
    Query vendors = Query.of("image").sortBeginsWith("vnd.");
    show("type = image, subtype begins with 'vnd.'", vendors);
    show(
        "type = text, compressible, with a charset",
        Query.of("text")
            .filter(attribute("compressible").eq(true).and(attribute("charset").exists())));
  }

  private void show(String what, Query query) {
    long begun = System.nanoTime();
    List<Document> found = table.with(ReadLevel.STRONG).query(query).collect(10_000).join();
    say(
        String.format(
            Locale.ROOT, "%s: %d items in %d ms", what, found.size(), millisSince(begun)));
    found.stream().limit(SHOWN_MAX).forEach(document -> say("    " + document));
  }

  private void updateOnCondition() {
    heading("3  Update on a condition");
    Document updated =
        table.update(PNG, set("checkedBy", "demo"), attribute("checkedBy").notExists()).join();
    say("image/png had no 'checkedBy', now it has: " + updated);
    try {
      table.update(PNG, set("checkedBy", "else"), attribute("checkedBy").notExists()).join();
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof ConditionFailedException rejected)) {
        throw e;
      }
      say(
          "the same again is refused; there was: checkedBy="
              + rejected.item().map(item -> item.string("checkedBy")).orElse("nothing"));
    }
  }

  private void writeTogether() {
    heading("4  A transaction");
    Transaction visit =
        client
            .transaction()
            .update(TABLE, PNG, add("visits", 1), attribute("visits").notExists())
            .update(TABLE, HTML, add("visits", 1))
            .check(TABLE, Key.of("image", "jpeg"), attribute("subtype").exists());
    long begun = System.nanoTime();
    visit.commit().join();
    say(
        "two items changed and a third checked, all at one moment, in "
            + millisSince(begun)
            + " ms");
    try {
      visit.token("another").commit().join();
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof TransactionCancelledException cancelled)) {
        throw e;
      }
      say("the same as another transaction is refused as a whole: " + cancelled.reasons());
    }
    List<Optional<Document>> both =
        client.transactionalGets().get(TABLE, PNG).get(TABLE, HTML).read().join();
    say("visits, read at one moment: " + both.stream().map(Demo::visits).toList());
  }

  private static long visits(Optional<Document> document) {
    return document.map(found -> found.longValue("visits")).orElse(0L);
  }

  private void readAtEveryLevel() {
    heading("5  Read at every level");
    HoldfastSession session = client.startSession();
    session.table(TABLE).update(PNG, set("checkedBy", "session")).join();
    time("STRONG", "the latest write, from the leader", table.with(ReadLevel.STRONG));
    time("STRONG_FROM_ANY", "the latest write, from any", table.with(ReadLevel.STRONG_FROM_ANY));
    time("SESSION", "at least what this session saw", session.table(TABLE));
    Duration second = Duration.ofSeconds(1);
    time("BOUNDED(1 s)", "at most a second old", table.with(ReadLevel.bounded(second)));
    time("EVENTUAL", "what the replica has", table.with(ReadLevel.EVENTUAL));
  }

  private void time(String level, String promise, Table at) {
    at.get(PNG).join(); // the first one may open a connection
    long begun = System.nanoTime();
    Optional<Document> found = at.get(PNG).join();
    say(
        String.format(
            Locale.ROOT,
            "%-16s %-35s checkedBy=%s, %.2f ms",
            level,
            promise,
            found.map(item -> item.string("checkedBy")).orElse("absent"),
            (System.nanoTime() - begun) / 1e6));
  }

  private void heading(String text) {
    out.println();
    out.println(text);
    out.flush();
  }

  private void say(String text) {
    out.println("  " + text);
    out.flush();
  }

  private static long millisSince(long begunNanos) {
    return Duration.ofNanos(System.nanoTime() - begunNanos).toMillis();
  }
}

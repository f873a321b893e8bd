package dev.holdfast.jepsen.nemesis;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.cluster.PartitionView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Flips bits in what a node has on disk, and sees its replica being rebuilt from the others. */
final class Damages {
  /** With which cold data are read soon enough, for the nodes' configuration. */
  static final String OPTION = "scrub.interval.seconds=1";

  private static final Duration REBUILT_WITHIN = Duration.ofSeconds(60);
  private static final String FOUND = "DAMAGED, set aside to be rebuilt from the others";
  private static final int LOG_HEADER_BYTES = 8;

  /** A table may be compacted away, its flipped bits with it, before anybody reads them. */
  private static final int TABLE_COUNT_MAX = 5;

  private final LocalCluster cluster;
  private final Random random;

  Damages(LocalCluster cluster, Random random) {
    this.cluster = cluster;
    this.random = random;
  }

  /** One in the Raft log of a node that is down; it is started then. */
  String flipInLog(int node) {
    cluster.node(node).kill();
    if (cluster.node(node).isAlive()) {
      throw new AssertionError("node " + node + " was to end and is alive");
    }
    String partition = partitionOf(node);
    Path log =
        any(cluster.replicaDirectory(node, partition), name -> name.startsWith("log_inprogress_"));
    // Not in what was written last: that was perhaps never acknowledged, and is cut off then.
    String where = flip(log, LOG_HEADER_BYTES, contentEnd(log) / 2);
    long before = foundCount(node);
    long begin = System.nanoTime();
    cluster.startNode(node);
    Await.until(
        () -> "node " + node + " finds " + where + " of " + partition,
        REBUILT_WITHIN,
        () -> foundCount(node) > before);
    return rebuilt(node, partition, where, begin);
  }

  /** Several in a table of a node that is running; it has written one as it was stopped. */
  String flipInTable(int node) {
    cluster.node(node).stop();
    cluster.startNode(node);
    cluster.awaitReady();
    String partition = partitionOf(node);
    Path state = cluster.replicaDirectory(node, partition).resolve("state");
    long before = foundCount(node);
    for (int i = 0; i < TABLE_COUNT_MAX; i++) {
      Path table = any(state, name -> name.endsWith(".sst"));
      String where = "bits of " + table.getFileName();
      long begin = System.nanoTime();
      flipAllOver(table);
      Await.until(
          () -> "node " + node + " finds " + where + " of " + partition,
          REBUILT_WITHIN,
          () -> foundCount(node) > before || Files.notExists(table));
      if (foundCount(node) > before) {
        return rebuilt(node, partition, where, begin);
      }
    }
    throw new AssertionError("each of several tables was compacted away before it was read");
  }

  private void flipAllOver(Path table) {
    try {
      for (int from = 0; from < size(table); from += 512) {
        String unused = flip(table, from, Math.min(size(table), from + 512));
      }
    } catch (UncheckedIOException e) {
      if (!(e.getCause() instanceof NoSuchFileException)) {
        throw e; // else it is compacted away already
      }
    }
  }

  /** One that it has, as the others say when it is down. */
  private String partitionOf(int node) {
    Await.until("partitions are seen", REBUILT_WITHIN, () -> !cluster.partitions().isEmpty());
    List<String> here =
        cluster.partitions().stream()
            .map(PartitionView::id)
            .filter(id -> Files.isDirectory(cluster.replicaDirectory(node, id).resolve("raft")))
            .toList();
    if (here.isEmpty()) {
      throw new AssertionError("node " + node + " has no replica to be damaged");
    }
    return here.get(random.nextInt(here.size()));
  }

  private long foundCount(int node) {
    return cluster.node(node).countLogged(FOUND);
  }

  /** Returns once the node, which has found the damage, has another replica. */
  private String rebuilt(int node, String partition, String what, long begin) {
    long found = System.nanoTime();
    Path mark = cluster.replicaDirectory(node, partition).resolve("damaged");
    Await.until(
        () -> "node " + node + " has another replica of " + partition,
        REBUILT_WITHIN,
        () -> Files.notExists(mark) && isWhole(node, partition));
    return "node %d lost %s in %s, found after %d ms, rebuilt after another %d ms"
        .formatted(node, what, partition, millis(begin, found), millis(found, System.nanoTime()));
  }

  /**
   * Whether it votes, or is gone altogether, merged into its neighbour. Before it has heard of its
   * group a new replica calls itself a follower, too.
   */
  private boolean isWhole(int node, String partition) {
    Optional<PartitionView> view =
        cluster.partitions().stream().filter(each -> each.id().equals(partition)).findFirst();
    String applied = "holdfast_partition_applied_index{partition=\"" + partition + "\"}";
    return view.map(each -> each.isOn(LocalCluster.name(node))).orElse(true)
        && (view.isEmpty() || cluster.metric(node, applied).orElse(0) > 0);
  }

  private static long millis(long from, long to) {
    return Duration.ofNanos(to - from).toMillis();
  }

  private Path any(Path directory, Predicate<String> name) {
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> found =
          files
              .filter(file -> name.test(String.valueOf(file.getFileName())))
              .filter(file -> !file.toString().contains("/sm/"))
              .sorted()
              .toList();
      if (found.isEmpty()) {
        throw new AssertionError("nothing to be damaged in " + directory);
      }
      return found.get(random.nextInt(found.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In place, so that whoever has the file open reads it. */
  private String flip(Path path, int from, int to) {
    try (FileChannel file = FileChannel.open(path, READ, WRITE)) {
      int at = from + random.nextInt(Math.max(1, to - from));
      int bit = random.nextInt(Byte.SIZE);
      ByteBuffer one = ByteBuffer.allocate(1);
      file.read(one, at);
      one.put(0, (byte) (one.get(0) ^ (1 << bit))).rewind();
      file.write(one, at);
      return "bit %d of byte %d of %s".formatted(bit, at, path.getFileName());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int size(Path file) {
    try {
      return (int) Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the zeros begin that a segment is filled with. */
  private static int contentEnd(Path segment) {
    try {
      byte[] bytes = Files.readAllBytes(segment);
      int end = bytes.length;
      while (end > LOG_HEADER_BYTES + 1 && bytes[end - 1] == 0) {
        end--;
      }
      return end;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

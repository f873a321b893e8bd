package dev.holdfast.jepsen.nemesis;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.cluster.PartitionView;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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
    return rebuilt(node, partition, where, () -> cluster.startNode(node));
  }

  /** Several in a table of a node that is running; it has written one as it was stopped. */
  String flipInTable(int node) {
    cluster.node(node).stop();
    cluster.startNode(node);
    cluster.awaitReady();
    String partition = partitionOf(node);
    Path state = cluster.replicaDirectory(node, partition).resolve("state");
    Path table = any(state, name -> name.endsWith(".sst"));
    return rebuilt(
        node,
        partition,
        "bits of " + table.getFileName(),
        () -> {
          for (int from = 0; from < size(table); from += 512) {
            String unused = flip(table, from, Math.min(size(table), from + 512));
          }
        });
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

  private String rebuilt(int node, String partition, String what, Runnable damage) {
    long before = cluster.node(node).countLogged(FOUND);
    long begin = System.nanoTime();
    damage.run();
    Await.until(
        () -> "node " + node + " finds " + what + " of " + partition,
        REBUILT_WITHIN,
        () -> cluster.node(node).countLogged(FOUND) > before);
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
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      int at = from + random.nextInt(Math.max(1, to - from));
      file.seek(at);
      int old = file.read();
      int bit = random.nextInt(Byte.SIZE);
      file.seek(at);
      file.write(old ^ (1 << bit));
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

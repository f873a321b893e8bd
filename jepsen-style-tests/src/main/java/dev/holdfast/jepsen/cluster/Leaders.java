package dev.holdfast.jepsen.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who leads what, as the pages of running nodes say. */
final class Leaders {
  static final int NO_NODE = -1;

  private static final Duration FOUND_WITHIN = Duration.ofSeconds(60);
  private static final Pattern LEADER = Pattern.compile("\"leader\"\\s*:\\s*\"(n\\d+)\"");

  private final NodePages pages;
  private final int nodeCount;
  private final IntPredicate isAlive;

  /**
   * @param isAlive whether a node's process is running: one that ended is remembered as a leader
   */
  Leaders(NodePages pages, int nodeCount, IntPredicate isAlive) {
    this.pages = pages;
    this.nodeCount = nodeCount;
    this.isAlive = isAlive;
  }

  /** The node that leads the first data partition once this one does not, as the others see it. */
  int awaitOtherThan(int node) {
    return await("the first partition", node, this::leaderIn);
  }

  /** The node that leads the meta group once this one does not, as the others see it. */
  int awaitMetaOtherThan(int node) {
    return await("the meta group", node, this::metaLeaderIn);
  }

  private int await(String of, int otherThan, ToIntFunction<String> leader) {
    int[] found = {NO_NODE};
    Await.until(
        "a leader of "
            + of
            + (otherThan == NO_NODE ? "" : " other than " + LocalCluster.name(otherThan)),
        FOUND_WITHIN,
        () -> {
          for (int i = 0; i < nodeCount && found[0] == NO_NODE; i++) {
            Optional<String> status = i == otherThan ? Optional.empty() : pages.page(i, "/status");
            int seen = status.map(leader::applyAsInt).orElse(NO_NODE);
            found[0] = seen == otherThan ? NO_NODE : seen;
          }
          return found[0] != NO_NODE;
        });
    return found[0];
  }

  /** Of the first partition, and of no other that has one while it has none. */
  private int leaderIn(String status) {
    List<PartitionView> views = PartitionView.of(status);
    return alive(views.isEmpty() ? NO_NODE : views.get(0).leader());
  }

  private int metaLeaderIn(String status) {
    int meta = status.indexOf("\"meta\"");
    int end = status.indexOf("\"partitions\"");
    if (meta < 0 || end < meta) {
      return NO_NODE;
    }
    Matcher leader = LEADER.matcher(status).region(meta, end);
    return alive(leader.find() ? Integer.parseInt(leader.group(1).substring(1)) - 1 : NO_NODE);
  }

  private int alive(int leader) {
    return leader != NO_NODE && isAlive.test(leader) ? leader : NO_NODE;
  }
}

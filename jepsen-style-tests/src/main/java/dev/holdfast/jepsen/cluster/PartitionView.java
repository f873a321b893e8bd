package dev.holdfast.jepsen.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A data partition as a node's status page shows it.
 *
 * @param leader counted from 0, or {@link #NOBODY}
 * @param bytes of its largest replica
 * @param voters the names of the nodes with a replica that votes
 * @param others those with one that does not, or not yet
 */
public record PartitionView(
    String id, int leader, long bytes, List<String> voters, List<String> others) {
  /** While there is no leader. */
  public static final int NOBODY = -1;

  private static final Pattern PARTITION = Pattern.compile("\"id\"\\s*:\\s*\"(p\\d+)\"");
  private static final Pattern LEADER = Pattern.compile("\"leader\"\\s*:\\s*\"n(\\d+)\"");
  private static final Pattern REPLICA =
      Pattern.compile("\"node\"\\s*:\\s*\"(\\w+)\",\\s*\"role\"\\s*:\\s*\"(\\w+)\"");
  private static final List<String> VOTING = List.of("LEADER", "FOLLOWER", "CANDIDATE");
  private static final Pattern BYTES = Pattern.compile("\"bytes\"\\s*:\\s*(\\d+)");

  /** In the order of the page, which is that of their ranges. */
  static List<PartitionView> of(String status) {
    List<PartitionView> views = new ArrayList<>();
    Matcher partition = PARTITION.matcher(status);
    boolean more = partition.find();
    while (more) {
      String id = partition.group(1);
      int begin = partition.end();
      more = partition.find();
      String about = status.substring(begin, more ? partition.start() : status.length());
      Matcher leader = LEADER.matcher(about);
      long bytes =
          BYTES
              .matcher(about)
              .results()
              .mapToLong(found -> Long.parseLong(found.group(1)))
              .max()
              .orElse(0);
      views.add(
          new PartitionView(
              id,
              leader.find() ? Integer.parseInt(leader.group(1)) - 1 : NOBODY,
              bytes,
              replicas(about, VOTING::contains),
              replicas(about, role -> !VOTING.contains(role))));
    }
    return views;
  }

  private static List<String> replicas(String about, Predicate<String> role) {
    return REPLICA
        .matcher(about)
        .results()
        .filter(found -> role.test(found.group(2)))
        .map(found -> found.group(1))
        .toList();
  }

  /** Whether it has a vote. */
  public boolean isOn(String node) {
    return voters.contains(node);
  }

  /** Whether a status page names this node, as a member of the cluster. */
  public static boolean isNamed(String status, String node) {
    return status.contains("\"" + node + "\"");
  }

  /** Whether a node has any replica, of the meta group as well, as a status page shows it. */
  public static boolean holdsAny(String status, String node) {
    return REPLICA.matcher(status).results().anyMatch(found -> found.group(1).equals(node));
  }
}

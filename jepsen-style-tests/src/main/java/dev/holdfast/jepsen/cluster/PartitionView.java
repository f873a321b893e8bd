package dev.holdfast.jepsen.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A data partition as a node's status page shows it.
 *
 * @param leader counted from 0, or {@link #NOBODY}
 * @param bytes of its largest replica
 */
public record PartitionView(String id, int leader, long bytes) {
  /** While there is no leader. */
  public static final int NOBODY = -1;

  private static final Pattern PARTITION = Pattern.compile("\"id\"\\s*:\\s*\"(p\\d+)\"");
  private static final Pattern LEADER = Pattern.compile("\"leader\"\\s*:\\s*\"n(\\d+)\"");
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
              id, leader.find() ? Integer.parseInt(leader.group(1)) - 1 : NOBODY, bytes));
    }
    return views;
  }
}

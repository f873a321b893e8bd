package dev.holdfast.jepsen.disk;

import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * What a power cut took from one node.
 *
 * @param lostBytes of writes, by file, below the node's directory; files that lost nothing are not
 *     there
 * @param filesGone files that are not there any more
 */
public record PowerCut(Loss loss, SortedMap<String, Long> lostBytes, int filesGone) {
  public long bytes() {
    return lostBytes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Of files whose name contains this. */
  public long bytesOf(String part) {
    return lostBytes.entrySet().stream()
        .filter(file -> file.getKey().contains(part))
        .mapToLong(file -> file.getValue())
        .sum();
  }

  @Override
  public String toString() {
    return loss.text()
        + lostBytes.entrySet().stream()
            .map(file -> file.getKey() + ": " + file.getValue())
            .collect(Collectors.joining(", ", " [", "]"));
  }
}

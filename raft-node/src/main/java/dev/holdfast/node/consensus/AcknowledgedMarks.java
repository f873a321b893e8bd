package dev.holdfast.node.consensus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.protocol.RaftGroupId;

/**
 * The marks of a node's replicas, in files of a directory of their own, so that they outlive a
 * replica's directory that somebody deletes. Thread-safe.
 */
final class AcknowledgedMarks {
  private final Map<RaftGroupId, AcknowledgedMark> marks = new ConcurrentHashMap<>();
  private final Set<RaftGroupId> expelled = ConcurrentHashMap.newKeySet();

  /** Opens a mark, or the one that is open. */
  AcknowledgedMark open(RaftGroupId group, Path file) throws IOException {
    AcknowledgedMark mark = marks.get(group);
    if (mark == null) {
      mark = AcknowledgedMark.open(file);
      marks.put(group, mark);
    }
    return mark;
  }

  AcknowledgedMark of(RaftGroupId group) throws IOException {
    AcknowledgedMark mark = marks.get(group);
    if (mark == null) {
      throw new IOException(group + " is not open here");
    }
    return mark;
  }

  /** A leader says that this node is no member of the group any more. */
  void expelled(RaftGroupId group) {
    expelled.add(group);
  }

  boolean isExpelled(RaftGroupId group) {
    return expelled.contains(group);
  }

  /** Of a replica that has left this node; the file is deleted. */
  void forget(RaftGroupId group, Path file) throws IOException {
    marks.remove(group);
    expelled.remove(group);
    Files.deleteIfExists(file);
  }

  /** Makes all of them survive a power failure. */
  void sync() {
    marks.values().forEach(AcknowledgedMark::sync);
  }
}

package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The members of a group as this node was told them when its replica joined, in a file of the
 * replica's directory. Ratis writes down the members that its log names; a replica that joined
 * empty and was stopped before it had heard of any would begin again without members, take no part,
 * and be filled by nobody.
 */
final class JoinedMembers {
  private static final String FILE = "members";
  private static final String WRITING = "members.writing";

  private JoinedMembers() {}

  /** Durable when this returns; keeps what is there when there is nothing to say. */
  static void write(Path home, List<NodeId> members) throws IOException {
    if (members.isEmpty() || members.equals(read(home))) {
      return;
    }
    Path writing = home.resolve(WRITING);
    Files.write(writing, members.stream().map(NodeId::name).toList(), StandardCharsets.UTF_8);
    DurableFiles.sync(writing);
    DurableFiles.rename(writing, home.resolve(FILE));
  }

  /** Empty for a replica that is older than the file. */
  static List<NodeId> read(Path home) throws IOException {
    Path file = home.resolve(FILE);
    return Files.exists(file)
        ? Files.readAllLines(file, StandardCharsets.UTF_8).stream()
            .filter(line -> !line.isEmpty())
            .map(NodeId::new)
            .toList()
        : List.of();
  }
}

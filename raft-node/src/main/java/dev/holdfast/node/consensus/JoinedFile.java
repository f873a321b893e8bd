package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import java.io.IOException;
import java.io.Reader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * How a replica came to a node that joined its group later: at which epoch of the partition, and
 * who the members were. Beside the replica's directories, and durable before there is a group: a
 * node that is restarted before the group has told it of its configuration is a listener again, and
 * a request to drop what was here before is known from one to drop this replica (replication.md
 * C1).
 *
 * @param epoch of the partition
 * @param members the voters, with their addresses
 */
record JoinedFile(long epoch, List<Peer> members) {
  private static final String NAME = "joined";
  private static final String WRITING = "joined.writing";
  private static final String EPOCH = "epoch";
  private static final String MEMBER = "member.";

  JoinedFile {
    members = List.copyOf(members);
  }

  /** Of the replica in a directory; null when it was among the first, or born of a split. */
  static @Nullable JoinedFile of(Path home) throws IOException {
    Path file = home.resolve(NAME);
    if (!Files.exists(file)) {
      return null;
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
      List<Peer> members = new ArrayList<>();
      for (String key : properties.stringPropertyNames()) {
        if (key.startsWith(MEMBER)) {
          NodeId node = new NodeId(key.substring(MEMBER.length()));
          members.add(new Peer(node, properties.getProperty(key)));
        }
      }
      return new JoinedFile(Long.parseLong(properties.getProperty(EPOCH, "")), members);
    } catch (IllegalArgumentException e) {
      throw new IOException("damaged: " + file, e);
    }
  }

  void write(Path home) throws IOException {
    StringBuilder text = new StringBuilder(EPOCH).append('=').append(epoch).append('\n');
    for (Peer member : members) {
      text.append(MEMBER).append(member.node()).append('=').append(member.raftAddress());
      text.append('\n');
    }
    Path writing = home.resolve(WRITING);
    Files.writeString(writing, text, StandardCharsets.UTF_8);
    try (FileChannel channel = FileChannel.open(writing, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    DurableFiles.rename(writing, home.resolve(NAME));
  }
}

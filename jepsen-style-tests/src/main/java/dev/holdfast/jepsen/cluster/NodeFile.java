package dev.holdfast.jepsen.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Orders to one node through a file that its agent reads all the time, and the file that the agent
 * answers with. A node that is started again follows the last order.
 */
final class NodeFile {
  private final Path orders;
  private long number;

  NodeFile(Path orders) {
    this.orders = orders;
  }

  /** Returns the number of the order, which becomes its first word. */
  long order(String words) {
    number++;
    Path unfinished = orders.resolveSibling(orders.getFileName() + ".new");
    try {
      Files.writeString(unfinished, number + " " + words);
      Files.move(unfinished, orders, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return number;
  }

  /** The words of the last answer; empty unless there are so many. */
  Optional<String[]> answer(int wordCount) {
    try {
      Path answer = orders.resolveSibling(orders.getFileName() + ".shown");
      return Optional.of(Files.readString(answer).split(" "))
          .filter(words -> words.length == wordCount);
    } catch (IOException e) {
      return Optional.empty(); // the node has not written it yet
    }
  }
}

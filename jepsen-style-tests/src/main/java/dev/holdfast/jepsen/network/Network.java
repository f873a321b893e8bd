package dev.holdfast.jepsen.network;

import java.util.Collection;
import java.util.List;
import java.util.function.IntSupplier;

/** Where the nodes of a cluster are, and links between them that can be broken. From 0 on. */
public interface Network extends AutoCloseable {
  /** Who is no node: a client, a command, a test. */
  int OUTSIDE = -1;

  /** The address of a node; of {@link #OUTSIDE} that of all who have none of their own. */
  String host(int node);

  /** What precedes the command of a process that is to be where the node is; may be nothing. */
  List<String> into(int node);

  /**
   * Has one of a node's ports be reached through this network.
   *
   * @param port by which others know it
   * @param freePort one that nobody listens at
   * @return the port that the node has to listen at
   */
  int behind(int node, int port, IntSupplier freePort);

  /** From now on the process with this id is that node. */
  void isNode(long pid, int node);

  /**
   * What goes from the one to the other is treated so from now on; the way back is as it was.
   *
   * @throws UnsupportedOperationException when this network cannot do that
   */
  void set(int from, int to, LinkQuality quality);

  /** Both ways between each of the ones and each of the others. */
  default void setBetween(
      Collection<Integer> ones, Collection<Integer> others, LinkQuality quality) {
    for (int one : ones) {
      for (int other : others) {
        set(one, other, quality);
        set(other, one, quality);
      }
    }
  }

  /**
   * Breaks all connections between the two, for good: what was held on them is lost.
   *
   * @throws UnsupportedOperationException when this network cannot do that
   */
  void breakBetween(int one, int other);

  /** All links are good again, and what was held is on its way. */
  void heal();

  /** Pieces or packets that links have held, delayed or lost since they were good. */
  long affectedCount();

  @Override
  void close();
}

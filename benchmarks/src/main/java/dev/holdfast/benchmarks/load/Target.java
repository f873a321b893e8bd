package dev.holdfast.benchmarks.load;

import java.util.concurrent.CompletableFuture;

/** A system under load, as one driver sees it. */
public interface Target extends AutoCloseable {
  /** How reports call it: system and protocol. */
  String name();

  /** Makes the place that items go to; called once, before any operation. May block. */
  void prepare();

  /** Called before each run; renews connections that the server has closed. May block. */
  default void refresh() {}

  /**
   * Starts one operation; never throws and never blocks.
   *
   * @param lane from 0 to one less than the outstanding operations; at most one operation of a lane
   *     is in flight, so a driver may give each lane a connection of its own
   * @param itemNumber names the item
   * @return fails when the answer is not the expected one; a get of an absent item fails too
   */
  CompletableFuture<?> start(Operation operation, int lane, long itemNumber);

  /** Stops the driver, not the servers. */
  @Override
  void close();
}

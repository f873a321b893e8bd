package dev.holdfast.benchmarks.load;

import java.util.concurrent.CompletableFuture;

/** A system under load, as one driver sees it. */
public interface Target extends AutoCloseable {
  /** How reports call it: system and protocol. */
  String name();

  /**
   * Makes the places that items go to; called once, before any operation. May block.
   *
   * @param placeCount at most {@link PlacedItem#PLACE_COUNT}
   */
  void prepare(int placeCount);

  /** Called before each run; renews connections that the server has closed. May block. */
  default void refresh() {}

  /** Whether the system knows the operation. */
  default boolean supports(Operation operation) {
    return true;
  }

  /** Stores an item in its place; otherwise as {@link #start}. */
  CompletableFuture<?> put(int lane, PlacedItem item);

  /**
   * Starts one operation; never throws and never blocks.
   *
   * @param lane from 0 to one less than the outstanding operations; at most one operation of a lane
   *     is in flight, so a driver may give each lane a connection of its own
   * @param itemNumber names the item
   * @return fails when the answer is not the expected one; a get of an absent item fails too. With
   *     a {@link ConflictException} when other transactions were in the way
   */
  CompletableFuture<?> start(Operation operation, int lane, long itemNumber);

  /** Stops the driver, not the servers. */
  @Override
  void close();
}

package dev.holdfast.jepsen.cluster;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The flushes of one node's Raft logs, which was started so that they can be held. What its
 * follower does while one is held is seen, too.
 */
public final class FlushFile {
  static final String ENDING = ".flush";
  private static final Duration FOLLOWED_WITHIN = Duration.ofSeconds(10);
  private static final int WORDS = 9;
  private static final String NOBODY = "-";

  private final NodeFile file;
  private final String node;

  FlushFile(Path orders, String node) {
    this.file = new NodeFile(orders);
    this.node = node;
  }

  /**
   * What was seen since the order.
   *
   * @param order the last that is followed
   * @param isHeld whether a flush waits, or has waited
   * @param firstTerm of the leader that sent what was not flushed at first; 0 when nobody has
   * @param laterTerm of the next leader whose entries were checked and are not answered; 0 when
   *     there are none
   * @param entryCount of those
   * @param voteTerm in which a vote was asked for meanwhile; 0 when it was not
   * @param isGranted whether it was given
   * @param answer to the leader of the later term, in the end; empty until then
   */
  public record Reading(
      long order,
      boolean isHeld,
      long firstTerm,
      long laterTerm,
      long entryCount,
      long voteTerm,
      boolean isGranted,
      String answer) {
    private static final Reading NOTHING = new Reading(-1, false, 0, 0, 0, 0, false, "");

    private static Reading of(String[] words) {
      long laterTerm = Long.parseLong(words[3]);
      return new Reading(
          Long.parseLong(words[0]),
          !words[1].equals(NOBODY),
          Long.parseLong(words[2]),
          laterTerm,
          laterTerm == 0 ? 0 : Long.parseLong(words[5]) - Long.parseLong(words[4]) + 1,
          Long.parseLong(words[6]),
          words[7].equals("granted"),
          words[8].equals(NOBODY) ? "" : words[8]);
    }
  }

  /** Holds the next flush of the node's replica of a partition, p1 for instance. */
  public void hold(String partition) {
    // Ratis names a group by the last digits of its id, and these are the partition's.
    order("%s@group-%012X".formatted(node, Long.parseLong(partition.substring(1))));
  }

  /** What is held goes on. */
  public void release() {
    order(NOBODY);
  }

  private void order(String member) {
    long number = file.order(member);
    Await.until("the flush follows", FOLLOWED_WITHIN, () -> read().order() == number);
  }

  /** Of a moment ago. */
  public Reading read() {
    return file.answer(WORDS).map(Reading::of).orElse(Reading.NOTHING);
  }
}

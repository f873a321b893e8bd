package dev.holdfast.protocol.command;

import dev.holdfast.protocol.model.Bytes;
import java.util.List;

/**
 * What a partition has yet to see done of an attempt.
 *
 * @param outcome as decided here; {@code UNDECIDED} when this partition is not its home
 * @param intents routing keys of this partition that hold its intents
 * @param unconfirmed of an attempt that committed here, routing keys elsewhere whose intents may
 *     still be there
 */
public record OpenAttempt(
    Attempt attempt, Outcome outcome, List<Bytes> intents, List<Bytes> unconfirmed) {
  public OpenAttempt {
    intents = List.copyOf(intents);
    unconfirmed = List.copyOf(unconfirmed);
  }
}

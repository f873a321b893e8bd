package dev.holdfast.protocol.command;

import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * What every intent says of the attempt it belongs to: enough for whoever meets it to find out what
 * became of it.
 *
 * @param homeKey the routing key whose partition decides the attempt and keeps the record of it
 * @param deadlineMicros by the stamps of the home's partition: from then on it cannot commit
 * @param token null when the client gave none
 */
public record Attempt(
    AttemptId id, Bytes homeKey, long deadlineMicros, @Nullable ClientToken token) {}

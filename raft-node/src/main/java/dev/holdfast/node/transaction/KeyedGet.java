package dev.holdfast.node.transaction;

import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.model.Bytes;

/**
 * One item of a read of several.
 *
 * @param place zero-based, in the request
 */
record KeyedGet(int place, Bytes routingKey, Read.Get get) {}

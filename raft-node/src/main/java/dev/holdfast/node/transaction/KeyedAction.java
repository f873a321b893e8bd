package dev.holdfast.node.transaction;

import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.model.Bytes;

/**
 * One action of a transaction.
 *
 * @param place zero-based, in the request
 */
record KeyedAction(int place, Bytes routingKey, TransactionAction action) {}

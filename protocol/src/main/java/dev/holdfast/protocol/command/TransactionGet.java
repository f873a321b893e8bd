package dev.holdfast.protocol.command;

/** One item of a TransactGetItems, and its table's name for whoever has to look the table up. */
public record TransactionGet(String tableName, Read.Get get) {}

/**
 * The store of production: RocksDB without a write-ahead log (the Raft log is the log).
 *
 * <p>Alone imports {@code org.rocksdb}. May import: storage. Every native object has an owner here
 * that closes it.
 */
@NullMarked
package dev.holdfast.statemachine.rocksdb;

import org.jspecify.annotations.NullMarked;

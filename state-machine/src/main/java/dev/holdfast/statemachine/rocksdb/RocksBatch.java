package dev.holdfast.statemachine.rocksdb;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.storage.WriteBatch;
import java.util.Arrays;

/**
 * Collects changes in RocksDB's own batch format and hands them over in one native call, instead of
 * one call per row.
 *
 * <p>Format (RocksDB {@code write_batch.cc}, stable since LevelDB): 8 bytes sequence number, filled
 * in by RocksDB; 4 bytes count, little endian; then per record a tag and its fields, each a
 * varint32 length and the bytes.
 */
final class RocksBatch implements WriteBatch {
  private static final int HEADER_BYTES = 12;
  private static final int COUNT_AT = 8;
  private static final int INITIAL_BYTES = 4096;
  private static final int VARINT_BYTES_MAX = 5;
  private static final byte TAG_DELETION = 0x0;
  private static final byte TAG_VALUE = 0x1;
  private static final byte TAG_RANGE_DELETION = 0xf;

  private final RocksKeyValueStore store;
  private byte[] records = new byte[INITIAL_BYTES];
  private int size = HEADER_BYTES;
  private int count;

  RocksBatch(RocksKeyValueStore store) {
    this.store = store;
  }

  @Override
  public void put(Bytes key, Bytes value) {
    begin(TAG_VALUE);
    field(key);
    field(value);
  }

  @Override
  public void delete(Bytes key) {
    begin(TAG_DELETION);
    field(key);
  }

  @Override
  public void deleteRange(Bytes startInclusive, Bytes endExclusive) {
    begin(TAG_RANGE_DELETION);
    field(startInclusive);
    field(endExclusive);
  }

  @Override
  public void commit() {
    for (int i = 0; i < Integer.BYTES; i++) {
      records[COUNT_AT + i] = (byte) (count >>> (8 * i));
    }
    try (org.rocksdb.WriteBatch batch = new org.rocksdb.WriteBatch(Arrays.copyOf(records, size))) {
      store.write(batch);
    }
    close();
  }

  @Override
  public void close() {
    size = HEADER_BYTES;
    count = 0;
  }

  private void begin(byte tag) {
    reserve(1);
    records[size++] = tag;
    count++;
  }

  private void field(Bytes field) {
    reserve(VARINT_BYTES_MAX + field.size());
    int length = field.size();
    while (length > 0x7f) {
      records[size++] = (byte) (length | 0x80);
      length >>>= 7;
    }
    records[size++] = (byte) length;
    field.copyTo(records, size);
    size += field.size();
  }

  private void reserve(int more) {
    if (size + more > records.length) {
      records = Arrays.copyOf(records, Math.max(2 * records.length, size + more));
    }
  }
}

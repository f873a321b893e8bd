package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.storage.StorageException;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.function.Function;

/** The fields of a row one after another, each as long as it says: numbers, and bytes by length. */
final class Fields {
  /** Puts a row together. */
  static final class Writer {
    private final ByteArrayOutputStream row = new ByteArrayOutputStream(128);

    Writer number(long number) {
      row.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
      return this;
    }

    Writer count(int count) {
      row.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(count).array());
      return this;
    }

    Writer name(Enum<?> constant) {
      return bytes(Bytes.utf8(constant.name()));
    }

    Writer bytes(Bytes bytes) {
      count(bytes.size());
      row.write(bytes.backingArray(), bytes.arrayOffset(), bytes.size());
      return this;
    }

    Bytes row() {
      return Bytes.wrap(row.toByteArray());
    }
  }

  private final Bytes row;
  private final ByteBuffer rest;

  private Fields(Bytes row) {
    this.row = row;
    this.rest = row.asReadOnlyBuffer();
  }

  /**
   * Takes a row apart.
   *
   * @throws StorageException when it is not what a {@link Writer} wrote
   */
  static <R> R read(String what, Bytes row, Function<Fields, R> reader) {
    try {
      return reader.apply(new Fields(row));
    } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new StorageException(what + " is damaged: " + row, e);
    }
  }

  long number() {
    return rest.getLong();
  }

  int count() {
    return rest.getInt();
  }

  /** Of an enum's constant. */
  String name() {
    return bytes().toUtf8();
  }

  Bytes bytes() {
    int size = rest.getInt();
    int from = rest.position();
    rest.position(from + size);
    return row.slice(from, from + size);
  }
}

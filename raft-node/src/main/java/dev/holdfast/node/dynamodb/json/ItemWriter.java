package dev.holdfast.node.dynamodb.json;

import dev.holdfast.protocol.model.AttributeType;
import dev.holdfast.protocol.model.ItemVisitor;
import java.nio.charset.StandardCharsets;

/** Writes attributes as DynamoDB's JSON while it is led through an item. */
final class ItemWriter implements ItemVisitor {
  private static final byte[] S = opening(AttributeType.S);
  private static final byte[] N = opening(AttributeType.N);
  private static final byte[] B = opening(AttributeType.B);
  private static final byte[] BOOL = opening(AttributeType.BOOL);
  private static final byte[] NULL = opening(AttributeType.NULL);
  private static final byte[] M = opening(AttributeType.M);
  private static final byte[] L = opening(AttributeType.L);
  private static final byte[] SS = opening(AttributeType.SS);
  private static final byte[] NS = opening(AttributeType.NS);
  private static final byte[] BS = opening(AttributeType.BS);

  private final JsonOutput output;
  private boolean inSet;

  ItemWriter(JsonOutput output) {
    this.output = output;
  }

  @Override
  public void name(byte[] array, int offset, int size) {
    output.name(array, offset, size);
  }

  @Override
  public void string(byte[] array, int offset, int size) {
    begin(S);
    output.string(array, offset, size);
    end();
  }

  @Override
  public void number(byte[] array, int offset, int size) {
    begin(N);
    output.plainString(array, offset, size);
    end();
  }

  @Override
  public void binary(byte[] array, int offset, int size) {
    begin(B);
    output.base64(array, offset, size);
    end();
  }

  @Override
  public void bool(boolean value) {
    begin(BOOL);
    output.bool(value);
    end();
  }

  @Override
  public void nul() {
    begin(NULL);
    output.bool(true);
    end();
  }

  @Override
  public void beginMap() {
    begin(M);
    output.beginObject();
  }

  @Override
  public void endMap() {
    output.endObject();
    end();
  }

  @Override
  public void beginList() {
    begin(L);
    output.beginArray();
  }

  @Override
  public void endList() {
    output.endArray();
    end();
  }

  @Override
  public void beginSet(AttributeType type) {
    begin(
        switch (type) {
          case SS -> SS;
          case NS -> NS;
          case BS -> BS;
          default -> throw new IllegalArgumentException(type + " is not a set");
        });
    output.beginArray();
    inSet = true;
  }

  @Override
  public void endSet() {
    inSet = false;
    output.endArray();
    end();
  }

  /** The elements of a set stand bare; everything else is an object that names its type. */
  private void begin(byte[] opening) {
    if (!inSet) {
      output.opening(opening);
    }
  }

  private void end() {
    if (!inSet) {
      output.endObject();
    }
  }

  private static byte[] opening(AttributeType type) {
    return ("{\"" + type.name() + "\":").getBytes(StandardCharsets.US_ASCII);
  }
}

package dev.holdfast.protocol.rpc;

/**
 * How requests and replies lie on a connection: {@code length (4 bytes) · correlation id (8 bytes)
 * · message}, big-endian; the length counts what follows it. Replies come in any order and bear the
 * correlation id of their request.
 */
public final class Frames {
  public static final int LENGTH_BYTES = 4;
  public static final int CORRELATION_BYTES = 8;

  /** The longest frame, without its length: a full page or batch fits several times over. */
  public static final int FRAME_BYTES_MAX = 16 << 20;

  private Frames() {}
}

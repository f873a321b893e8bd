package dev.holdfast.protocol.model;

/**
 * One request out of the reservoir: the routing keys it touched.
 *
 * @param first the least key it touched
 * @param last the greatest key it touched; the same as {@code first} but for a range request
 * @param presence whether something is stored at {@code first}, or near it for a range request
 */
public record KeySample(Kind kind, Bytes first, Bytes last, Presence presence) {
  /** What the request did. */
  public enum Kind {
    READ,
    WRITE
  }

  /** Whether a key holds data, as the leader found when it reported the sample. */
  public enum Presence {
    STORED,
    ABSENT
  }

  public KeySample {
    if (first.compareTo(last) > 0) {
      throw new IllegalArgumentException("a request from " + first + " back to " + last);
    }
  }

  /** A request for a single key that holds data. */
  public static KeySample ofKey(Kind kind, Bytes key) {
    return new KeySample(kind, key, key, Presence.STORED);
  }
}

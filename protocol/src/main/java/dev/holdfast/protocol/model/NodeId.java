package dev.holdfast.protocol.model;

/** The name of a server process, such as {@code n1}: letters, digits, {@code -} and {@code _}. */
public record NodeId(String name) implements Comparable<NodeId> {
  private static final int LENGTH_MAX = 64;

  public NodeId {
    if (name.isEmpty() || name.length() > LENGTH_MAX || !name.chars().allMatch(NodeId::isLegal)) {
      throw new IllegalArgumentException("not a node name: '" + name + "'");
    }
  }

  private static boolean isLegal(int c) {
    return c == '-'
        || c == '_'
        || (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z');
  }

  @Override
  public int compareTo(NodeId other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}

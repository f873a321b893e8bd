package dev.holdfast.node.config;

/** A TCP address. Port 0 is not allowed: others must know it. */
public record HostPort(String host, int port) {
  private static final int PORT_MAX = 65_535;

  public HostPort {
    if (host.isEmpty() || port < 1 || port > PORT_MAX) {
      throw new IllegalArgumentException(
          "'" + host + ":" + port + "' is not HOST:PORT with a port from 1 to 65535");
    }
  }

  /** Parses {@code host:port}; an IPv6 address stands in brackets. */
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("'" + text + "' is not HOST:PORT");
    }
    String host = text.substring(0, colon).trim();
    String port = text.substring(colon + 1).trim();
    try {
      return new HostPort(host, Integer.parseInt(port));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' has no port number after the colon", e);
    }
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}

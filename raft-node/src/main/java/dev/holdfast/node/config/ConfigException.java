package dev.holdfast.node.config;

import java.io.Serial;

/** A configuration that cannot be used; the message says what to change. */
public final class ConfigException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  public ConfigException(String message) {
    super(message);
  }
}

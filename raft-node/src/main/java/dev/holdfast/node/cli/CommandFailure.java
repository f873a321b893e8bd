package dev.holdfast.node.cli;

import java.io.Serial;

/** A command that could not do what it was asked; the message says what to do next. */
public final class CommandFailure extends Exception {
  @Serial private static final long serialVersionUID = 1;

  public CommandFailure(String message) {
    super(message);
  }
}

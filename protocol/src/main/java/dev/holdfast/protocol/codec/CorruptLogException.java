package dev.holdfast.protocol.codec;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that this program wrote once do not decode: a log entry or a piece of stored state is
 * damaged, or was written by a later version. A replica that meets it must stop (rule H8).
 */
public final class CorruptLogException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  public CorruptLogException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

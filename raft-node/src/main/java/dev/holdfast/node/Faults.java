package dev.holdfast.node;

import dev.holdfast.statemachine.spi.FaultHandler;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens when a replica cannot continue (rule H8): one line, and the process ends. */
final class Faults {
  /** Tells a fault from a refused start (1) and a wrong command line (2). */
  static final int EXIT_CODE = 70;

  private static final int CAUSES_SHOWN_MAX = 4;

  /** What the operating system says when there is no room: ENOSPC, EDQUOT, EFBIG. */
  private static final List<String> SIGNS_OF_A_FULL_DISK =
      List.of("No space left on device", "Disk quota exceeded", "File too large");

  private static final Logger log = LoggerFactory.getLogger(Faults.class);

  private Faults() {}

  /** Halts without running shutdown hooks: a faulty replica must not hand anything over. */
  static FaultHandler halting() {
    return (message, cause) -> {
      String line =
          "FAULT "
              + line(message, cause)
              + "; this node stops so that nothing wrong is served. "
              + remedy(line(message, cause));
      log.error("{}", line, cause);
      System.err.println(line);
      System.err.flush();
      Runtime.getRuntime().halt(EXIT_CODE);
      throw new IllegalStateException("unreachable: the process has halted", cause);
    };
  }

  /** The message and what caused it, without line breaks. */
  private static String line(String message, Throwable cause) {
    StringBuilder text = new StringBuilder(message);
    int depth = 0;
    for (Throwable each = cause; each != null && depth < CAUSES_SHOWN_MAX; depth++) {
      String said = String.valueOf(each.getMessage()).replaceAll("\\s+", " ");
      if (text.indexOf(said) < 0) {
        text.append(": ").append(said);
      }
      each = each.getCause();
    }
    return text.toString();
  }

  /** What an operator should do; never to empty the directory, which forgets a vote (C1). */
  private static String remedy(String what) {
    for (String sign : SIGNS_OF_A_FULL_DISK) {
      if (what.contains(sign)) {
        return "Make room where its directory lies, then start it again";
      }
    }
    return "Start it again; if it stops again, see \"A damaged file\" in docs/operations.md, and do"
        + " not delete its directory: it holds the replica's vote";
  }
}

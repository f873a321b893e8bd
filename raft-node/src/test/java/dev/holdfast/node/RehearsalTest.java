package dev.holdfast.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The build goes on without an archive where a rehearsal fails, so only this test would say so. */
class RehearsalTest {
  @TempDir Path directory;

  @Test
  void everythingThatIsRehearsedSucceeds() throws Exception {
    List<String> faults = new CopyOnWriteArrayList<>();

    Rehearsal.rehearse(
        directory,
        (message, cause) -> {
          faults.add(message + ": " + cause);
          return new IllegalStateException(message, cause);
        });

    assertEquals(List.of(), faults);
  }
}

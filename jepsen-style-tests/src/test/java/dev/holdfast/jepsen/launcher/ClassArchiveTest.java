package dev.holdfast.jepsen.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A build goes on when its rehearsal fails (decision 0012), so only this would say so. */
class ClassArchiveTest {
  private static final Path TARGET = Path.of("../raft-node/target");

  @Test
  void theRehearsalCameToItsEnd() {
    assertThat(TARGET.resolve("holdfast-node.jsa")).exists();
    assertThat(TARGET.resolve("holdfast-node.jsa.whole")).exists();
  }
}

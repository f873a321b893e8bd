package dev.holdfast.jepsen.planted;

import dev.holdfast.jepsen.cluster.Launch;
import dev.holdfast.jepsen.run.Keeping;
import dev.holdfast.jepsen.run.Report;
import dev.holdfast.jepsen.run.Run;
import dev.holdfast.jepsen.run.RunOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Looks for planted mistakes: run after run, with seeds from 1 on, until one is found or its time
 * is up. Proves each time that the mistake was there: the nodes' logs say that its methods were
 * rewritten, and called.
 */
public final class Hunt {
  private static final int NODES = 3;
  private static final int PARTITIONS = 2;
  private static final int CLIENTS = 8;

  private final Path directory;
  private final Consumer<String> progress;

  /**
   * @param directory where the runs are kept
   * @param progress is told what happens, a line each time
   */
  public Hunt(Path directory, Consumer<String> progress) {
    this.directory = directory;
    this.progress = progress;
  }

  public Catch hunt(PlantedBug bug) throws IOException, InterruptedException {
    Launch launch = Launch.PLAIN.withMistake(bug.name()).with(bug.configuration());
    long begin = System.nanoTime();
    long operations = 0;
    for (long seed = 1; ; seed++) {
      Path kept = directory.resolve(bug.name() + "-" + seed);
      Report report = run(bug, launch, seed, kept);
      operations += report.operationCount();
      Evidence evidence = Evidence.of(bug, report);
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      if (evidence.by() != null || took.compareTo(bug.budget()) > 0) {
        return new Catch(bug, evidence.by(), evidence.words(), seed, took, operations);
      }
      progress.accept(bug.name() + ": nothing with seed " + seed + ", " + evidence.words());
    }
  }

  /** The same workload and faults without the mistake; what they find is no mistake of ours. */
  public Control control(PlantedBug bug) throws IOException, InterruptedException {
    return Control.of(
        bug,
        run(
            bug,
            Launch.PLAIN.with(bug.configuration()),
            1,
            directory.resolve(bug.name() + "-control")));
  }

  private Report run(PlantedBug bug, Launch launch, long seed, Path kept)
      throws IOException, InterruptedException {
    Report report =
        new Run(
                new RunOptions(
                    bug.experiment(),
                    bug.api(),
                    bug.faults(),
                    bug.length(),
                    seed,
                    NODES,
                    PARTITIONS,
                    CLIENTS,
                    kept),
                launch,
                progress)
            .report();
    Keeping.keep(report);
    return report;
  }
}

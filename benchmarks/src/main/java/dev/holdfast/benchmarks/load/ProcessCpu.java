package dev.holdfast.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * CPU time of processes, from Linux's {@code /proc/PID/stat}.
 *
 * @param pids an empty list counts nothing
 */
public record ProcessCpu(List<Long> pids) {
  /** {@code USER_HZ}: 100 on every Linux that Java runs on. */
  private static final long MICROS_PER_TICK = 10_000;

  public ProcessCpu {
    pids = List.copyOf(pids);
  }

  public static ProcessCpu ofThisProcess() {
    return new ProcessCpu(List.of(ProcessHandle.current().pid()));
  }

  /** User and system time since each process began, summed. */
  public long totalMicros() {
    return pids.stream().mapToLong(ProcessCpu::micros).sum();
  }

  /** Resident memory now, summed. */
  public long residentBytes() {
    return pids.stream().mapToLong(ProcessCpu::residentBytes).sum();
  }

  private static long micros(long pid) {
    String[] fields = statAfterName(pid);
    // proc(5): utime and stime are fields 14 and 15; the array starts at field 3
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MICROS_PER_TICK;
  }

  private static long residentBytes(long pid) {
    return Long.parseLong(statAfterName(pid)[21]) * 4096;
  }

  private static String[] statAfterName(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    } catch (IOException e) {
      throw new UncheckedIOException("process " + pid + " is gone: was the cluster stopped?", e);
    }
  }
}

package dev.holdfast.jepsen.report;

import dev.holdfast.jepsen.history.Event;
import dev.holdfast.jepsen.history.Form;
import dev.holdfast.jepsen.history.History;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A run that looks like a real one and never took place: clients on registers and lists, and a
 * fault now and then, during which operations last longer, fail or stay unknown.
 */
final class SampleRun {
  private static final long MILLI = 1_000_000;
  private static final long FAULT_EVERY_NANOS = 4_000 * MILLI;
  private static final long FAULT_NANOS = 1_100 * MILLI;
  private static final List<String> FAULTS =
      List.of("kill-leader", "pause-follower", "split", "kill-all", "stop-leader", "pause-leader");

  private final Random random;
  private final List<Event> events = new ArrayList<>();
  private int nextProcess;
  private long appended;

  private SampleRun(long seed) {
    this.random = new Random(seed);
  }

  static History of(long seed, int clients, int operations) {
    SampleRun run = new SampleRun(seed);
    long endNanos = 0;
    for (int client = 0; client < clients; client++) {
      endNanos = Math.max(endNanos, run.client(operations / clients));
    }
    run.faults(endNanos);
    return new History(
        "list-append",
        seed,
        new TreeMap<>(
            Map.of("nodes", "3", "partitions", "2 at first", "started", "2026-01-01T00:00:00Z")),
        run.events);
  }

  private long client(int operations) {
    int process = nextProcess++;
    long nanos = random.nextInt(20) * MILLI;
    for (int i = 0; i < operations; i++) {
      boolean read = random.nextInt(3) == 0;
      String function = read ? "read" : "txn";
      String key = "l" + random.nextInt(6) + "-" + nanos / (10_000 * MILLI);
      Form called = read ? Form.sequence(Form.of(key), Form.NOTHING) : append(key, Form.NOTHING);
      Form ended = read ? Form.sequence(Form.of(key), seen()) : append(key, seen());
      long call = nanos + (long) (random.nextDouble() * 40 * MILLI);
      Event.Type type = outcome(call);
      long end = call + length(call, type);
      events.add(new Event(call, Event.Type.INVOKE, process, function, called));
      events.add(new Event(end, type, process, function, type == Event.Type.OK ? ended : called));
      if (type == Event.Type.INFO) {
        process = nextProcess++;
      }
      nanos = end;
    }
    return nanos;
  }

  private Form append(String key, Form seen) {
    return Form.sequence(
        Form.sequence(new Form.Word("r"), Form.of(key), seen),
        Form.sequence(new Form.Word("append"), Form.of(key), Form.of(++appended)));
  }

  private Form seen() {
    return Form.numbers(random.longs(random.nextInt(30), 0, 5_000).boxed().toList());
  }

  private static boolean isFaulty(long nanos) {
    return nanos % FAULT_EVERY_NANOS > FAULT_EVERY_NANOS - FAULT_NANOS;
  }

  private Event.Type outcome(long nanos) {
    int dice = random.nextInt(100);
    if (isFaulty(nanos) && dice < 25) {
      return dice < 12 ? Event.Type.INFO : Event.Type.FAIL;
    }
    return dice == 99 ? Event.Type.FAIL : Event.Type.OK;
  }

  private long length(long call, Event.Type type) {
    long length = 10 * MILLI + (long) (Math.abs(random.nextGaussian()) * 40 * MILLI);
    if (isFaulty(call)) {
      length *= type == Event.Type.FAIL ? 2 : 8;
    }
    return length;
  }

  private void faults(long endNanos) {
    int count = 0;
    for (long end = FAULT_EVERY_NANOS; end < endNanos; end += FAULT_EVERY_NANOS) {
      String name = FAULTS.get(count % FAULTS.size());
      long begin = end - FAULT_NANOS;
      fault(name, begin, end, "node " + count % 3 + " ended, node " + (count + 1) % 3 + " leads");
      if (count % 3 == 2) {
        fault("merge", begin + 300 * MILLI, end + 250 * MILLI, "p4 and p5 were merged");
      }
      count++;
    }
  }

  private void fault(String name, long begin, long end, String evidence) {
    events.add(new Event(begin, Event.Type.INFO, Event.NEMESIS, name, Form.NOTHING));
    events.add(new Event(end, Event.Type.INFO, Event.NEMESIS, name, Form.of(evidence)));
  }

  /** Writes a page to look at: file, clients, operations. */
  public static void main(String[] arguments) throws IOException {
    int clients = Integer.parseInt(arguments[1]);
    Timeline.write(of(20, clients, Integer.parseInt(arguments[2])), Path.of(arguments[0]));
  }
}

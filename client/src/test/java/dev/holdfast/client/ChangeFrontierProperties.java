package dev.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.client.ChangeFrontier.Outcome;
import dev.holdfast.client.ChangeFrontier.Trimmed;
import dev.holdfast.client.HoldfastException.ChangesTrimmedException;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeRecord;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.StreamView;
import dev.holdfast.protocol.model.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber against the history of a table whose log splits, merges, hears of its stream late
 * and is trimmed while it is listed partition by partition; who is restarted from its checkpoint at
 * any moment, with batches under way.
 */
class ChangeFrontierProperties {
  private static final long STREAM = 7;
  private static final TableId TABLE = new TableId(3);
  private static final StreamName NAME = new StreamName("t", TABLE, STREAM);
  private static final int KEY_COUNT = 12;
  private static final Bytes FIRST = key(0);

  private static Bytes key(int number) {
    return Bytes.wrap(new byte[] {1, (byte) number});
  }

  private static Item item(int number) {
    return Item.ofEncoded(new TreeMap<>(java.util.Map.of("k", EncodedValue.ofNumber(number))));
  }

  private static int number(ChangeRecord record) {
    return Objects.requireNonNull(record.key().attribute("k")).number().intValueExact();
  }

  /** Every record at least once, from a checkpoint on exactly what was not completed, in order. */
  @Property(tries = 1500)
  void everyChangeComesInOrderAndFromACheckpointExactlyWhatWasNotCompleted(@ForAll long seed) {
    Run run = new Run(new Random(seed), ChangeFrontier.OLDEST, Trimmed.FAIL, false);
    run.play(300);
    run.drain();
    run.checkAllWereDelivered();
  }

  @Property(tries = 500)
  void fromNowOnNothingIsMissing(@ForAll long seed) {
    Run run = new Run(new Random(seed), ChangeFrontier.LATEST, Trimmed.FAIL, false);
    run.play(300);
    run.drain();
    run.checkAllSinceTheStartWereDelivered();
  }

  /** What is deleted before it is read is an error, never a gap. */
  @Property(tries = 1000)
  void whatWasDeletedIsNeverLeftOutInSilence(@ForAll long seed) {
    Run run = new Run(new Random(seed), ChangeFrontier.OLDEST, Trimmed.FAIL, true);
    try {
      run.play(400);
      run.drain();
    } catch (ChangesTrimmedException e) {
      assertThat(run.trimmedMicros).isPositive();
    }
  }

  @Property(tries = 1000)
  void whoSkipsWhatWasDeletedGetsTheRestInOrder(@ForAll long seed) {
    Run run = new Run(new Random(seed), ChangeFrontier.OLDEST, Trimmed.SKIP, true);
    run.play(400);
    run.drain();
    run.checkAllWereDelivered();
  }

  /** A listing under way: what it has, and from which key on it lacks the rest. */
  private static final class Listing {
    private final List<ChangeSegment> found = new ArrayList<>();
    private @Nullable Bytes rest = FIRST;
  }

  /** A question under way, or its answer, or its batch with the listener. */
  private static final class Question {
    private final Read.Changes read;
    private ReadResult.@Nullable Changes answer;
    private boolean isWithListener;

    private Question(Read.Changes read) {
      this.read = read;
    }
  }

  private static final class Run {
    private final Random random;
    private final Trimmed trimmed;
    private final boolean trims;
    private final ChangeLogModel log = new ChangeLogModel(FIRST, StreamView.KEYS_ONLY);
    private final SortedMap<Integer, List<Long>> history = new TreeMap<>();
    private final SortedMap<Integer, Set<Long>> delivered = new TreeMap<>();
    private boolean isEnabled = true;
    private long nextVersion = 1;

    /** Up to which time some partition has deleted what is old; others may not yet. */
    private long trimmedMicros;

    /** How many of a key's changes were completed. */
    private final SortedMap<Integer, Integer> completed = new TreeMap<>();

    /** The same when the subscriber was started; and since then how many were delivered. */
    private SortedMap<Integer, Integer> atStart = new TreeMap<>();

    private SortedMap<Integer, Integer> sinceStart = new TreeMap<>();

    private ChangeFrontier frontier;
    private final long begins;

    /** How many changes of a key there were before the first subscriber, and when he had begun. */
    private final SortedMap<Integer, Integer> beforeStart;

    private SortedMap<Integer, Integer> whenStarted = new TreeMap<>();
    private boolean isStarted;
    private @Nullable Listing listing;
    private final List<Question> questions = new ArrayList<>();
    private final List<SegmentId> ready = new ArrayList<>();

    Run(Random random, long position, Trimmed trimmed, boolean trims) {
      this.random = random;
      this.trimmed = trimmed;
      this.trims = trims;
      this.begins = position;
      for (int steps = random.nextInt(60); steps > 0; steps--) {
        change();
      }
      this.beforeStart = sizes();
      this.frontier = ChangeFrontier.beginningAt(position, NAME, trimmed);
    }

    void play(int stepCount) {
      for (int i = 0; i < stepCount; i++) {
        if (random.nextInt(3) == 0) {
          change();
        } else {
          work(random.nextInt(12) == 0);
        }
        if (random.nextInt(60) == 0 && frontier.isChecked()) {
          restart();
        }
      }
    }

    private SortedMap<Integer, Integer> sizes() {
      SortedMap<Integer, Integer> sizes = new TreeMap<>();
      history.forEach((key, numbers) -> sizes.put(key, numbers.size()));
      return sizes;
    }

    private Bytes any(List<Bytes> starts) {
      return starts.get(random.nextInt(starts.size()));
    }

    private void change() {
      switch (random.nextInt(20)) {
        case 0, 1 -> log.split(key(random.nextInt(KEY_COUNT)));
        case 2 -> log.merge(any(log.starts()));
        case 3, 4, 5 -> log.follow(any(log.starts()), STREAM);
        case 6 -> {
          if (trims) {
            long oldMicros = log.now() - 20 - random.nextInt(5);
            trimmedMicros = Math.max(trimmedMicros, oldMicros);
            log.trim(any(log.starts()), oldMicros);
          }
        }
        case 7 -> {
          nextVersion += random.nextInt(2);
          log.index(any(log.starts()), nextVersion);
        }
        default -> {
          int key = random.nextInt(KEY_COUNT);
          long number = log.write(key(key), item(key), null, item(key));
          if (number > 0) {
            history.computeIfAbsent(key, first -> new ArrayList<>()).add(number);
          }
        }
      }
    }

    /** One step of what a subscription does; nothing is read before all positions are checked. */
    private void work(boolean isListingDue) {
      if (listing == null && (isListingDue || frontier.needsListing())) {
        frontier.listingBegins();
        listing = new Listing();
      }
      int choice = random.nextInt(3);
      if (choice == 0 && listing != null) {
        list(listing);
      } else if (choice == 1 && !ready.isEmpty()) {
        SegmentId segment = ready.remove(random.nextInt(ready.size()));
        if (frontier.isChecked(segment) && !frontier.isChecked()) {
          ready.add(segment);
          return;
        }
        questions.add(new Question(frontier.question(segment, 1 + random.nextInt(3), 1 << 20)));
      } else if (!questions.isEmpty()) {
        step(questions.get(random.nextInt(questions.size())));
      }
    }

    private void list(Listing under) {
      if (under.rest != null) {
        under.found.addAll(log.list(under.rest));
        under.rest = log.endOfPartition(under.rest);
        return;
      }
      listing = null;
      ready.addAll(frontier.listed(under.found, isEnabled));
      if (!isStarted && frontier.isChecked()) {
        isStarted = true;
        whenStarted = sizes();
      }
    }

    private void step(Question question) {
      SegmentId segment = question.read.segment();
      if (question.answer == null) {
        if (random.nextInt(10) == 0) {
          questions.remove(question);
          frontier.unanswered(segment);
          ready.add(segment);
        } else {
          question.answer = log.changes(question.read);
        }
        return;
      }
      if (!question.isWithListener) {
        switch (frontier.answered(segment, question.answer)) {
          case RECORDS -> {
            question.isWithListener = true;
            question.answer.records().forEach(this::deliver);
          }
          case NOTHING -> ready.add(segment);
          case ENDED, MISSING -> {}
        }
        if (!question.isWithListener) {
          questions.remove(question);
        }
        if (!isStarted && frontier.isChecked()) {
          isStarted = true;
          whenStarted = sizes();
        }
        return;
      }
      questions.remove(question);
      for (ChangeRecord record : question.answer.records()) {
        completed.put(number(record), index(record) + 1);
      }
      if (frontier.completed(segment) == Outcome.NOTHING) {
        ready.add(segment);
      }
    }

    private int index(ChangeRecord record) {
      return Objects.requireNonNull(history.get(number(record))).indexOf(record.number());
    }

    private void deliver(ChangeRecord record) {
      int key = number(record);
      int index = index(record);
      Integer before = sinceStart.put(key, index);
      if (trimmed == Trimmed.SKIP) {
        int least = before == null ? atStart.getOrDefault(key, 0) : before + 1;
        assertThat(index).as("order of %s", record).isGreaterThanOrEqualTo(least);
      } else if (before != null) {
        assertThat(index).as("order of %s", record).isEqualTo(before + 1);
      } else if (completed.containsKey(key)) {
        assertThat(index).as("first of %s", record).isEqualTo(completed.get(key));
      } else if (begins == ChangeFrontier.LATEST) {
        assertThat(index)
            .as("first of %s", record)
            .isBetween(beforeStart.getOrDefault(key, 0), whenStarted.getOrDefault(key, 0));
      } else if (!trims) {
        assertThat(index).as("first of %s", record).isZero();
      }
      delivered.computeIfAbsent(key, first -> new TreeSet<>()).add(record.number());
    }

    /** Batches under way are lost; so is what was listed. */
    private void restart() {
      CheckpointToken token = CheckpointToken.parse(frontier.checkpoint().toString());
      listing = null;
      questions.clear();
      ready.clear();
      atStart = new TreeMap<>(completed);
      sinceStart = new TreeMap<>();
      frontier = ChangeFrontier.resumed(token, NAME, trimmed);
    }

    /** Nothing changes any more, except that the stream is disabled everywhere. */
    void drain() {
      isEnabled = false;
      log.starts().forEach(start -> log.follow(start, 0));
      for (int i = 0; i < 100_000 && !(frontier.isAtEnd() && listing == null); i++) {
        work(false);
        if (i % 1000 == 0 && listing == null) {
          frontier.listingBegins();
          listing = new Listing();
        }
      }
      assertThat(frontier.isAtEnd()).isTrue();
    }

    void checkAllSinceTheStartWereDelivered() {
      history.forEach(
          (key, numbers) ->
              assertThat(delivered.getOrDefault(key, Set.of()))
                  .containsAll(numbers.subList(whenStarted.getOrDefault(key, 0), numbers.size())));
    }

    void checkAllWereDelivered() {
      for (ChangeRecord record : log.records(STREAM)) {
        if (record.timeMicros() > trimmedMicros) {
          assertThat(delivered.getOrDefault(number(record), Set.of())).contains(record.number());
        }
      }
    }
  }
}

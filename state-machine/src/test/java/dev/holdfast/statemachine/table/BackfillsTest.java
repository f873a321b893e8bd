package dev.holdfast.statemachine.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Followers;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.OnDemandLimits;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.storage.StorageException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which keys an index has, through splits and merges (decision 0040). */
class BackfillsTest {
  private static final TableId ID = new TableId(0x40);
  private static final TableId INDEX = new TableId(0x50);
  private static final TableDescriptor TABLE =
      new TableDescriptor(
              ID,
              "things",
              1,
              TableStatus.ACTIVE,
              new KeySchema(new KeyAttribute("k", ScalarType.S), null),
              List.of(),
              BillingMode.PAY_PER_REQUEST,
              Throughput.NONE,
              false,
              new TreeMap<>(),
              1)
          .withFollowers(
              Followers.NONE.withGlobalIndexes(
                  List.of(
                      new GlobalIndex(
                          INDEX,
                          "byG",
                          List.of(new KeyAttribute("g", ScalarType.S)),
                          List.of(),
                          new IndexProjection(IndexProjection.Kind.ALL, List.of()),
                          GlobalIndex.Status.BACKFILLING,
                          Throughput.NONE,
                          OnDemandLimits.NONE))));
  private static final KeyRange LEFT = new KeyRange(Bytes.EMPTY, key("5"));
  private static final KeyRange RIGHT = new KeyRange(key("5"), null);
  private static final Bytes END =
      Objects.requireNonNull(KeyEncoding.tableRange(ID).endExclusive());

  /** The rows of one partition. */
  private static final class Rows implements KeyValueReader {
    final TreeMap<Bytes, Bytes> rows = new TreeMap<>();

    @Override
    public @Nullable Bytes get(Bytes key) {
      return rows.get(key);
    }

    @Override
    public Cursor cursor(Bytes start, @Nullable Bytes end, Cursor.Direction direction) {
      List<Bytes> keys = List.copyOf(rows.subMap(start, Objects.requireNonNull(end)).keySet());
      return new Cursor() {
        private int next;

        @Override
        public boolean next() {
          return next++ < keys.size();
        }

        @Override
        public Bytes key() {
          return keys.get(next - 1);
        }

        @Override
        public Bytes value() {
          return Objects.requireNonNull(rows.get(key()));
        }

        @Override
        public void seek(Bytes key) {
          throw new UnsupportedOperationException("nobody skips rows");
        }

        @Override
        public void close() {}
      };
    }

    void apply(List<Effect> effects) {
      for (Effect effect : effects) {
        if (effect instanceof Effect.Put put) {
          rows.put(put.key(), put.value());
        } else if (effect instanceof Effect.Delete delete) {
          rows.remove(delete.key());
        }
      }
    }

    void fill(KeyRange range, Bytes from, Bytes to) {
      apply(Backfills.filled(this, range, new Command.Backfilled(ID, INDEX, from, to)));
    }

    Optional<Bytes> from(KeyRange range) {
      return Backfills.unfilled(this, TABLE, range).stream()
          .map(ReadResult.Backfill::from)
          .findFirst();
    }
  }

  private static Bytes key(String name) {
    return KeyEncoding.tablePrefix(ID).concat(Bytes.utf8(name));
  }

  private final Rows left = new Rows();
  private final Rows right = new Rows();

  @Test
  void aPartitionIsFilledFromItsFirstKeyOn() {
    assertThat(left.from(KeyRange.ALL)).contains(KeyEncoding.tablePrefix(ID));

    left.fill(KeyRange.ALL, key("3"), key("4")); // there is a gap before it
    assertThat(left.from(KeyRange.ALL)).contains(KeyEncoding.tablePrefix(ID));
    left.fill(KeyRange.ALL, KeyEncoding.tablePrefix(ID), key("3"));
    assertThat(left.from(KeyRange.ALL)).contains(key("3"));
    left.fill(KeyRange.ALL, key("2"), END);
    assertThat(left.from(KeyRange.ALL)).isEmpty();
  }

  @Test
  void bothSidesOfASplitGoOn() {
    left.fill(KeyRange.ALL, KeyEncoding.tablePrefix(ID), key("7"));

    assertThat(left.from(LEFT)).isEmpty();
    assertThat(left.from(RIGHT)).contains(key("7"));
  }

  @Test
  void whatMeetsIsJoinedAndWhatDoesNotIsFilledAgain() {
    right.fill(RIGHT, key("5"), END);
    left.fill(LEFT, KeyEncoding.tablePrefix(ID), key("3"));
    Rows early = new Rows();
    early.rows.putAll(left.rows);
    early.apply(Backfills.united(early, right));
    assertThat(early.from(KeyRange.ALL)).contains(key("3"));

    left.fill(LEFT, key("3"), key("5"));
    left.apply(Backfills.united(left, right));
    assertThat(left.from(KeyRange.ALL)).isEmpty();
  }

  @Test
  void whatOnlyTheRightOneKnowsIsNoBeginning() {
    right.fill(RIGHT, key("5"), END);
    left.apply(Backfills.united(left, right));
    assertThat(left.from(KeyRange.ALL)).contains(KeyEncoding.tablePrefix(ID));

    left.fill(KeyRange.ALL, KeyEncoding.tablePrefix(ID), key("5"));
    assertThat(left.from(KeyRange.ALL)).contains(key("5"));
  }

  @Test
  void anIndexThatIsCompleteNeedsNoRow() {
    left.fill(KeyRange.ALL, KeyEncoding.tablePrefix(ID), END);

    left.apply(Backfills.forgotten(left, TABLE));
    assertThat(left.rows).isNotEmpty();
    left.apply(Backfills.forgotten(left, TABLE.withCompleteIndexes()));
    assertThat(left.rows).isEmpty();
  }

  @Test
  void aDamagedRowIsFound() {
    left.fill(KeyRange.ALL, KeyEncoding.tablePrefix(ID), key("3"));
    left.rows.replaceAll((row, value) -> Bytes.fromHex("00000099"));

    assertThatThrownBy(() -> left.from(KeyRange.ALL))
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith("the row of a backfill is damaged:");
    assertThat(left.rows.firstKey().get(0)).isEqualTo(KeyLayout.BACKFILL);
  }
}

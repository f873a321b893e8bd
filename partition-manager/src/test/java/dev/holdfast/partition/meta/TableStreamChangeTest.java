package dev.holdfast.partition.meta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Followers;
import dev.holdfast.protocol.model.StreamView;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.protocol.model.TableStream;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How streams begin and end; the entries of the script are a second apart. */
class TableStreamChangeTest {
  private static final TableId ID = new TableId(7);

  private final MetaScript meta = new MetaScript();

  @BeforeEach
  void create() {
    meta.apply(new MetaCommand.CreateTable(MetaScript.table("music", ID.value()))); // at 1 s
    meta.apply(new MetaCommand.MarkTableReady(ID, 1, 1)); // at 2 s
  }

  private Result change(@Nullable StreamView view) {
    return meta.apply(new MetaCommand.ChangeStream("music", view));
  }

  private void ready() {
    meta.apply(new MetaCommand.MarkTableReady(ID, 1, table().version()));
  }

  private TableDescriptor table() {
    ReadResult.Table found = (ReadResult.Table) meta.read(new MetaRead.GetTable("music"));
    return Objects.requireNonNull(found.table(), "no table");
  }

  private static Result refused(Rejection rejection) {
    return new Result.Rejected(rejection);
  }

  @Test
  void whatIsSoAlreadyIsRefused() {
    assertThat(change(null))
        .isEqualTo(
            refused(new Rejection.Invalid("Table has no stream to disable: TableName: music")));
    change(StreamView.NEW_IMAGE);
    ready();
    assertThat(change(StreamView.KEYS_ONLY))
        .isEqualTo(
            refused(
                new Rejection.Invalid("Table already has an enabled stream: TableName: music")));
    assertThat(meta.apply(new MetaCommand.ChangeStream("ghost", null)))
        .isEqualTo(refused(new Rejection.TableNotFound("ghost")));
  }

  @Test
  void aTableIsUpdatingUntilItsPartitionsKnowTheVersionThatHasTheStream() {
    change(StreamView.NEW_IMAGE); // at 3 s
    assertThat(table().status()).isEqualTo(TableStatus.UPDATING);
    assertThat(table().version()).isEqualTo(2);
    assertThat(table().followers())
        .isEqualTo(
            new Followers(List.of(new TableStream(3_000, StreamView.NEW_IMAGE, 0)), List.of()));
    assertThat(change(null))
        .isEqualTo(
            refused(
                new Rejection.TableInUse(
                    "Attempt to change a resource which is still in use: Table is being updated:"
                        + " music")));

    meta.apply(new MetaCommand.MarkTableReady(ID, 1, 1)); // a late one, of the version before
    assertThat(table().status()).isEqualTo(TableStatus.UPDATING);
    meta.apply(new MetaCommand.MarkTableReady(ID, 1, 2));
    assertThat(table().status()).isEqualTo(TableStatus.ACTIVE);
  }

  @Test
  void aStreamThatEndedIsKeptBesideTheNextOne() {
    change(StreamView.NEW_IMAGE); // at 3 s
    ready();
    change(null); // at 5 s
    ready();
    assertThat(table().followers().stream()).isEmpty();
    assertThat(table().followers().latestStream())
        .contains(new TableStream(3_000, StreamView.NEW_IMAGE, 5_000));
    change(StreamView.OLD_IMAGE); // at 7 s
    assertThat(table().followers().streams())
        .containsExactly(
            new TableStream(3_000, StreamView.NEW_IMAGE, 5_000),
            new TableStream(7_000, StreamView.OLD_IMAGE, 0));
    assertThat(table().version()).isEqualTo(4);
  }

  @Test
  void aTableHasAHundredStreamsADay() {
    for (int i = 0; i < TableStreamChange.STREAM_COUNT_MAX; i++) {
      change(StreamView.KEYS_ONLY);
      ready();
      change(null);
      ready();
    }
    assertThat(change(StreamView.KEYS_ONLY))
        .isEqualTo(
            refused(
                new Rejection.LimitExceeded(
                    "Subscriber limit exceeded: There is a limit of 100 streams per table in 24"
                        + " hours")));
  }

  @Test
  void theStreamOfANewTableIsAsOldAsTheTable() {
    TableDescriptor wanted =
        MetaScript.table("other", 8)
            .withFollowers(Followers.NONE.withStream(StreamView.KEYS_ONLY, 77));
    Result.Table created = (Result.Table) meta.apply(new MetaCommand.CreateTable(wanted)); // at 3 s
    assertThat(created.table().version()).isEqualTo(1);
    assertThat(created.table().followers().streams())
        .containsExactly(new TableStream(3_000, StreamView.KEYS_ONLY, 0));
  }
}

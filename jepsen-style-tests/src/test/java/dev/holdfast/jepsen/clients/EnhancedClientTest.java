package dev.holdfast.jepsen.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.jepsen.cluster.LocalCluster;
import dev.holdfast.jepsen.store.AwsSdk;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbTable;
import software.amazon.awssdk.enhanced.dynamodb.Expression;
import software.amazon.awssdk.enhanced.dynamodb.Key;
import software.amazon.awssdk.enhanced.dynamodb.TableSchema;
import software.amazon.awssdk.enhanced.dynamodb.model.BatchWriteResult;
import software.amazon.awssdk.enhanced.dynamodb.model.ConditionCheck;
import software.amazon.awssdk.enhanced.dynamodb.model.IgnoreNullsMode;
import software.amazon.awssdk.enhanced.dynamodb.model.QueryConditional;
import software.amazon.awssdk.enhanced.dynamodb.model.ReadBatch;
import software.amazon.awssdk.enhanced.dynamodb.model.WriteBatch;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** The enhanced client of the AWS SDK for Java: objects in, objects out. */
@Timeout(180)
class EnhancedClientTest {
  @SuppressWarnings("NullAway.Init")
  private static LocalCluster cluster;

  @SuppressWarnings("NullAway.Init")
  private static DynamoDbClient client;

  @SuppressWarnings("NullAway.Init")
  private static DynamoDbEnhancedClient enhanced;

  @SuppressWarnings("NullAway.Init")
  private static DynamoDbTable<Song> songs;

  @SuppressWarnings("NullAway.Init")
  private static DynamoDbTable<Point> points;

  @BeforeAll
  static void start() {
    cluster = LocalCluster.start(3, 2);
    client = AwsSdk.client(cluster.endpoint(1));
    enhanced = DynamoDbEnhancedClient.builder().dynamoDbClient(client).build();
    songs = enhanced.table("songs", TableSchema.fromBean(Song.class));
    songs.createTable();
    points = enhanced.table("points", TableSchema.fromImmutableClass(Point.class));
    points.createTable();
    client.waiter().waitUntilTableExists(table -> table.tableName("songs"));
    client.waiter().waitUntilTableExists(table -> table.tableName("points"));
  }

  @AfterAll
  static void stop() {
    songs.deleteTable();
    client.waiter().waitUntilTableNotExists(table -> table.tableName("songs"));
    client.close();
    cluster.close();
  }

  private static Song song(String artist, int year) {
    Song song = new Song();
    song.setArtist(artist);
    song.setYear(year);
    return song;
  }

  private static Key key(String artist, int year) {
    return Key.builder().partitionValue(artist).sortValue(year).build();
  }

  private static Song read(String artist, int year) {
    return songs.getItem(get -> get.key(key(artist, year)).consistentRead(true));
  }

  @Test
  void aBeanOfManyTypesIsReadAsItWasWritten() {
    Song song = song("Low", 1977);
    song.setTags(Set.of("instrumental", "side two"));
    song.setPlays(Map.of("monday", 3L, "tuesday", 0L));
    song.setTakes(List.of(1.5, 2.0));
    song.setRecorded(Instant.parse("1976-09-01T10:00:00Z"));
    song.setCover(new Cover("blue", false));
    songs.putItem(song);

    Song read = read("Low", 1977);
    assertThat(read).usingRecursiveComparison().ignoringFields("version").isEqualTo(song);
    assertThat(read.getVersion()).isNotNull();
  }

  @Test
  void aWriteOfAnOlderVersionIsRefused() {
    songs.putItem(song("Versioned", 1));
    Song mine = read("Versioned", 1);
    Song theirs = read("Versioned", 1);
    mine.setTags(Set.of("mine"));
    songs.updateItem(mine);
    theirs.setTags(Set.of("theirs"));

    assertThatThrownBy(() -> songs.updateItem(theirs))
        .isInstanceOf(ConditionalCheckFailedException.class);
    assertThatThrownBy(() -> songs.putItem(song("Versioned", 1)))
        .isInstanceOf(ConditionalCheckFailedException.class);
    Song last = read("Versioned", 1);
    assertThat(last.getTags()).containsExactly("mine");
    assertThat(last.getVersion()).isGreaterThan(theirs.getVersion());
  }

  @Test
  void anUpdateMayLeaveOutWhatIsNull() {
    Song song = song("Partial", 1);
    song.setTags(Set.of("kept"));
    song.setCover(new Cover("red", true));
    songs.putItem(song);
    Song change = song("Partial", 1);
    change.setVersion(read("Partial", 1).getVersion());
    change.setTakes(List.of(9.0));
    Song updated =
        songs.updateItem(
            update -> update.item(change).ignoreNullsMode(IgnoreNullsMode.SCALAR_ONLY));
    assertThat(updated.getTags()).containsExactly("kept");
    assertThat(updated.getTakes()).containsExactly(9.0);

    Song bare = song("Partial", 1);
    bare.setVersion(updated.getVersion());
    songs.updateItem(bare);
    assertThat(read("Partial", 1).getTags()).isNull();
  }

  @Test
  void conditionsDecide() {
    Expression none = Expression.builder().expression("attribute_not_exists(artist)").build();
    songs.putItem(put -> put.item(song("Once", 1)).conditionExpression(none));
    assertThatThrownBy(
            () ->
                points.deleteItem(
                    delete ->
                        delete
                            .key(k -> k.partitionValue("nowhere"))
                            .conditionExpression(
                                Expression.builder()
                                    .expression("#x > :x")
                                    .putExpressionName("#x", "x")
                                    .putExpressionValue(":x", AttributeValue.fromN("1"))
                                    .build())))
        .isInstanceOf(ConditionalCheckFailedException.class);
  }

  @Test
  void aQueryAndAScanGoThroughTheirPages() {
    IntStream.range(0, 30).forEach(year -> songs.putItem(song("Many", year)));

    List<Integer> some =
        songs
            .query(
                query ->
                    query
                        .queryConditional(
                            QueryConditional.sortBetween(
                                k -> k.partitionValue("Many").sortValue(10),
                                k -> k.partitionValue("Many").sortValue(19)))
                        .scanIndexForward(false)
                        .limit(3)
                        .consistentRead(true))
            .items()
            .stream()
            .map(Song::getYear)
            .toList();
    assertThat(some).containsExactly(19, 18, 17, 16, 15, 14, 13, 12, 11, 10);

    long scanned =
        songs
            .scan(
                scan ->
                    scan.limit(7)
                        .consistentRead(true)
                        .attributesToProject("artist", "year")
                        .filterExpression(
                            Expression.builder()
                                .expression("artist = :a")
                                .putExpressionValue(":a", AttributeValue.fromS("Many"))
                                .build()))
            .items()
            .stream()
            .count();
    assertThat(scanned).isEqualTo(30);
  }

  @Test
  void batchesAreWrittenAndRead() {
    WriteBatch.Builder<Point> puts = WriteBatch.builder(Point.class).mappedTableResource(points);
    ReadBatch.Builder<Point> gets = ReadBatch.builder(Point.class).mappedTableResource(points);
    for (int i = 0; i < 25; i++) {
      Point point = Point.builder().name("batch" + i).x(i).build();
      puts.addPutItem(point);
      gets.addGetItem(get -> get.key(k -> k.partitionValue(point.name())).consistentRead(true));
    }
    BatchWriteResult written = enhanced.batchWriteItem(batch -> batch.addWriteBatch(puts.build()));
    assertThat(written.unprocessedPutItemsForTable(points)).isEmpty();

    List<Integer> xs =
        enhanced
            .batchGetItem(batch -> batch.addReadBatch(gets.build()))
            .resultsForTable(points)
            .stream()
            .map(Point::x)
            .sorted()
            .toList();
    assertThat(xs).isEqualTo(IntStream.range(0, 25).boxed().toList());
  }

  @Test
  void aTransactionSpansTablesAndIsCancelledAsAWhole() {
    Point from = Point.builder().name("from").x(1).build();
    points.putItem(from);
    ConditionCheck<Point> exists =
        ConditionCheck.builder()
            .key(k -> k.partitionValue("from"))
            .conditionExpression(
                Expression.builder()
                    .expression("attribute_exists(#n)")
                    .putExpressionName("#n", "name")
                    .build())
            .build();
    enhanced.transactWriteItems(
        transaction ->
            transaction
                .addConditionCheck(points, exists)
                .addPutItem(songs, song("Together", 1))
                .addPutItem(points, Point.builder().name("to").x(2).build()));
    assertThat(
            enhanced
                .transactGetItems(
                    gets ->
                        gets.addGetItem(songs, key("Together", 1))
                            .addGetItem(points, Key.builder().partitionValue("to").build()))
                .get(1)
                .getItem(points)
                .x())
        .isEqualTo(2);

    assertThatThrownBy(
            () ->
                enhanced.transactWriteItems(
                    transaction ->
                        transaction
                            .addDeleteItem(points, from)
                            .addPutItem(songs, song("Together", 1)))) // its version is not there
        .isInstanceOfSatisfying(
            TransactionCanceledException.class,
            cancelled ->
                assertThat(cancelled.cancellationReasons())
                    .extracting("code")
                    .containsExactly("None", "ConditionalCheckFailed"));
    assertThat(points.getItem(from)).isNotNull();
  }
}

package dev.holdfast.benchmarks.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.benchmarks.load.ConflictException;
import dev.holdfast.benchmarks.load.SampleItem;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HttpLaneTest {
  private final HttpLane lane = new HttpLane("localhost:8000");
  private final EmbeddedChannel channel = new EmbeddedChannel(lane);

  @Test
  void asksInDynamoDbJson() {
    CompletableFuture<String> unused = lane.ask("GetItem", "{}", HttpLane.Expect.ANYTHING);

    ByteBuf request = channel.readOutbound();
    String text = request.toString(StandardCharsets.UTF_8);
    request.release();
    assertThat(text)
        .startsWith("POST / HTTP/1.1\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\n")
        .contains("\r\nContent-Length: 2\r\n")
        .endsWith("\r\n\r\n{}");
  }

  @Test
  void anAnswerMayComeInPieces() {
    CompletableFuture<String> answer = lane.ask("X", "{}", HttpLane.Expect.ANYTHING);

    receive("HTTP/1.1 200 OK\r\ncontent-le");
    receive("ngth: 5\r\n\r\nab");
    assertThat(answer).isNotDone();
    receive("cde");

    assertThat(answer).isCompletedWithValue("abcde");
  }

  @Test
  void anErrorIsNotASuccess() {
    CompletableFuture<String> answer = lane.ask("PutItem", "{}", HttpLane.Expect.SUCCESS);

    receive("HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}");

    assertThat(answer).isCompletedExceptionally();
  }

  @Test
  void anAbsentItemIsNotAnItem() {
    CompletableFuture<String> absent = lane.ask("GetItem", "{}", HttpLane.Expect.ITEM);
    receive("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");

    CompletableFuture<String> present = lane.ask("GetItem", "{}", HttpLane.Expect.ITEM);
    receive("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"Item\":{}}");

    assertThat(absent).isCompletedExceptionally();
    assertThat(present).isCompletedWithValue("");
  }

  @Test
  void anotherTransactionInTheWayIsAConflict() {
    CompletableFuture<String> answer =
        lane.ask("TransactWriteItems", "{}", HttpLane.Expect.SUCCESS);
    String body = "{\"CancellationReasons\":[{\"Code\":\"TransactionConflict\"}]}";

    receive("HTTP/1.1 400 Bad Request\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);

    assertThat(answer)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(ConflictException.class);
  }

  @Test
  void aGroupIsAsLongAsItsItems() {
    CompletableFuture<String> part = lane.ask("BatchGetItem", "{}", HttpLane.Expect.GROUP);
    receive("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");

    String items = new SampleItem(0).dynamoDbJson().repeat(10);
    CompletableFuture<String> whole = lane.ask("BatchGetItem", "{}", HttpLane.Expect.GROUP);
    receive("HTTP/1.1 200 OK\r\nContent-Length: " + items.length() + "\r\n\r\n" + items);

    assertThat(part).isCompletedExceptionally();
    assertThat(whole).isCompletedWithValue("");
  }

  @Test
  void aLostConnectionFailsTheQuestion() {
    CompletableFuture<String> answer = lane.ask("PutItem", "{}", HttpLane.Expect.SUCCESS);

    channel.close().syncUninterruptibly();

    assertThat(answer).isCompletedExceptionally();
  }

  private void receive(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
  }
}

package dev.holdfast.benchmarks.driver;

import dev.holdfast.benchmarks.load.ConflictException;
import dev.holdfast.benchmarks.load.PlacedItem;
import dev.holdfast.benchmarks.load.SampleItem;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One keep-alive connection with at most one request on its way.
 *
 * <p>Understands as much HTTP as DynamoDB endpoints answer: a status line, headers, and a body of a
 * stated length. All fields but {@code waiting} belong to the connection's event loop; {@code
 * waiting} is handed over by writing to the channel.
 */
final class HttpLane extends ChannelInboundHandlerAdapter {
  /** What makes an answer a good one. */
  enum Expect {
    ANYTHING,
    SUCCESS,
    ITEM,
    /** As long as a whole group of items is at least. */
    GROUP
  }

  private static final byte[] CONTENT_LENGTH =
      "content-length:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ITEM = "{\"Item\":{".getBytes(StandardCharsets.US_ASCII);
  private static final String CONFLICT = "TransactionConflict";
  private static final int GROUP_BYTES_MIN =
      PlacedItem.GROUP_SIZE * new SampleItem(0).dynamoDbJson().length();
  private static final int STATUS_OFFSET = "HTTP/1.1 ".length();

  /** A question that was asked. */
  private record Waiting(CompletableFuture<String> answer, Expect expect) {}

  private final String headersAfterTarget;
  private final ByteBuf received = Unpooled.buffer(4096);
  private volatile @Nullable ChannelHandlerContext context;
  private volatile @Nullable Waiting waiting;

  HttpLane(String host) {
    headersAfterTarget =
        "\r\nHost: "
            + host
            + "\r\nContent-Type: application/x-amz-json-1.0"
            + "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/dynamodb"
            + "/aws4_request, SignedHeaders=host;x-amz-target, Signature=0"
            + "\r\nX-Amz-Date: 20260101T000000Z"
            + "\r\nContent-Length: ";
  }

  /** Completes with the body, or with an empty text where only success was expected. */
  CompletableFuture<String> ask(String operation, String body, Expect expect) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    ChannelHandlerContext connection = context;
    if (connection == null) {
      return CompletableFuture.failedFuture(new IllegalStateException("not connected"));
    }
    waiting = new Waiting(answer, expect);
    String request =
        "POST / HTTP/1.1\r\nX-Amz-Target: DynamoDB_20120810."
            + operation
            + headersAfterTarget
            + body.length()
            + "\r\n\r\n"
            + body;
    ByteBuf bytes = connection.alloc().buffer(request.length());
    ByteBufUtil.writeAscii(bytes, request);
    connection
        .writeAndFlush(bytes)
        .addListener(
            written -> {
              if (!written.isSuccess()) {
                answer.completeExceptionally(written.cause());
              }
            });
    return answer;
  }

  void close() {
    ChannelHandlerContext connection = context;
    if (connection != null) {
      boolean unused = connection.close().awaitUninterruptibly(1000);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void channelRead(ChannelHandlerContext connection, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    received.writeBytes(bytes);
    bytes.release();
    int bodyStart = bodyStart();
    if (bodyStart < 0) {
      return;
    }
    int bodyLength = bodyLength(bodyStart);
    if (received.writerIndex() < bodyStart + bodyLength) {
      return;
    }
    Waiting asked = waiting;
    if (asked == null) {
      ChannelFuture unused = connection.close();
      return;
    }
    Object outcome = outcome(asked.expect(), bodyStart, bodyLength);
    received.clear();
    waiting = null;
    if (outcome instanceof String text) {
      asked.answer().complete(text);
    } else {
      asked.answer().completeExceptionally((Throwable) outcome);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext connection) {
    fail(new IllegalStateException("the server closed the connection"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext connection, Throwable cause) {
    fail(cause);
    ChannelFuture unused = connection.close();
  }

  private void fail(Throwable cause) {
    Waiting asked = waiting;
    if (asked != null) {
      asked.answer().completeExceptionally(cause);
    }
  }

  /** A text, or the exception that says what was wrong. */
  private Object outcome(Expect expect, int bodyStart, int bodyLength) {
    boolean success = received.getByte(STATUS_OFFSET) == '2';
    boolean good =
        switch (expect) {
          case ANYTHING -> true;
          case SUCCESS -> success;
          case ITEM -> success && startsWith(ITEM, bodyStart);
          case GROUP -> success && bodyLength >= GROUP_BYTES_MIN;
        };
    if (!good) {
      String answer = received.toString(0, received.writerIndex(), StandardCharsets.UTF_8);
      return answer.contains(CONFLICT)
          ? new ConflictException(answer)
          : new IllegalStateException(answer);
    }
    return expect == Expect.ANYTHING
        ? received.toString(bodyStart, bodyLength, StandardCharsets.UTF_8)
        : "";
  }

  private int bodyStart() {
    int end = received.writerIndex() - 3;
    for (int index = 0; index < end; index++) {
      if (received.getByte(index) == '\r'
          && received.getByte(index + 1) == '\n'
          && received.getByte(index + 2) == '\r'
          && received.getByte(index + 3) == '\n') {
        return index + 4;
      }
    }
    return -1;
  }

  private int bodyLength(int headersEnd) {
    for (int index = 0; index < headersEnd; index++) {
      if (received.getByte(index) == '\n' && isContentLength(index + 1)) {
        return number(index + 1 + CONTENT_LENGTH.length);
      }
    }
    throw new IllegalStateException(
        "an answer without a length: " + received.toString(0, headersEnd, StandardCharsets.UTF_8));
  }

  private boolean isContentLength(int start) {
    for (int offset = 0; offset < CONTENT_LENGTH.length; offset++) {
      if ((received.getByte(start + offset) | 0x20) != (CONTENT_LENGTH[offset] | 0x20)) {
        return false;
      }
    }
    return true;
  }

  private int number(int start) {
    int end = start;
    while (received.getByte(end) != '\r') {
      end++;
    }
    String text = received.toString(start, end - start, StandardCharsets.US_ASCII);
    return Integer.parseInt(text.trim());
  }

  private boolean startsWith(byte[] expected, int start) {
    for (int offset = 0; offset < expected.length; offset++) {
      if (received.getByte(start + offset) != expected[offset]) {
        return false;
      }
    }
    return true;
  }
}

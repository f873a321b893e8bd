package dev.holdfast.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Which bodies are packed and unpacked on the event loop, and which aside. */
class RequestServiceTest {
  private static final int SMALL = RequestService.ON_LOOP_BYTES_MAX;
  private static final int LARGE = SMALL + 1;
  private static final int BODY_BYTES_MAX = 1 << 20;

  private final Admission admission = new Admission(HttpOptions.onPort(0));
  private final EchoHandler handler = new EchoHandler();
  private final ArrayDeque<Runnable> loop = new ArrayDeque<>();
  private final ArrayDeque<Runnable> coders = new ArrayDeque<>();
  private final List<String> answers = new ArrayList<>();
  private boolean codersAreFull;

  private final RequestService service =
      new RequestService(
          admission,
          handler,
          new RequestIds(() -> 1),
          task -> {
            if (codersAreFull) {
              throw new RejectedExecutionException("full");
            }
            coders.add(task);
          });

  /** Returns what the body arrived in. */
  private WeakReference<byte[]> serve(String target, Map<String, String> headers, byte[] body) {
    RequestBody arrived = new RequestBody(admission, BODY_BYTES_MAX, body.length);
    assertThat(arrived.append(Unpooled.wrappedBuffer(body))).isEqualTo(RequestBody.Room.ENOUGH);
    HttpCall call =
        new HttpCall("POST", target, headers::get, arrived.bytes(), "request", loop::add);
    WeakReference<byte[]> packed = new WeakReference<>(arrived.bytes().backingArray());
    service.serve(call, arrived, answer -> answers.add(said(answer)));
    run(loop);
    return packed;
  }

  /** Its status and its body; of a large body how it is encoded. */
  private static String said(HttpAnswer answer) {
    String body =
        answer.body().size() < 100 ? answer.body().toUtf8() : answer.body().size() + " bytes";
    return answer.headers().isEmpty()
        ? answer.status() + " " + body
        : answer.status() + " " + answer.headers().get(0).value();
  }

  private static void run(ArrayDeque<Runnable> tasks) {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private void assertNothingIsHeld() {
    assertThat(admission.bodyBytes()).isZero();
    assertThat(admission.requestCount()).isZero();
  }

  private static byte[] gzip(int size) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(new byte[size]);
    }
    return bytes.toByteArray();
  }

  @Test
  void aSmallBodyIsUnpackedAtOnceAndALargeOneAside() throws IOException {
    serve("/a", Map.of("content-encoding", "gzip"), gzip(SMALL));
    assertThat(answers).containsExactly("200 /a:" + SMALL);
    assertNothingIsHeld();

    serve("/b", Map.of("content-encoding", "gzip"), gzip(LARGE));
    assertThat(answers).hasSize(1);
    assertThat(admission.requestCount()).isEqualTo(1);
    run(coders);
    assertThat(answers).as("asked on the event loop alone").hasSize(1);
    run(loop);
    assertThat(answers).hasSize(2).last().isEqualTo("200 /b:" + LARGE);
    assertNothingIsHeld();
  }

  @Test
  void whatIsLargeBeforeItIsUnpackedIsRefusedAside() {
    serve("/a", Map.of("content-encoding", "gzip"), new byte[LARGE]);
    assertThat(answers).isEmpty();
    run(coders);
    run(loop);
    assertThat(answers).containsExactly("500 NOT_DECODABLE");
    assertNothingIsHeld();
  }

  @Test
  void whatGrowsBeyondTheLimitIsRefusedAside() throws IOException {
    serve("/a", Map.of("content-encoding", "gzip"), gzip(BODY_BYTES_MAX + 1));
    run(coders);
    run(loop);
    assertThat(answers).containsExactly("413 BODY_TOO_LARGE");
    assertNothingIsHeld();
  }

  @Test
  void aSmallAnswerIsPackedAtOnceAndALargeOneAside() {
    serve("/answer/" + SMALL, Map.of("accept-encoding", "gzip"), new byte[0]);
    assertThat(answers).containsExactly("200 gzip");
    serve("/answer/" + LARGE, Map.of(), new byte[0]);
    assertThat(answers).hasSize(2).last().isEqualTo("200 " + LARGE + " bytes");

    serve("/answer/" + LARGE, Map.of("accept-encoding", "deflate"), new byte[0]);
    assertThat(answers).hasSize(2);
    run(coders);
    assertThat(answers).hasSize(2);
    run(loop);
    assertThat(answers).hasSize(3).last().isEqualTo("200 deflate");
    assertNothingIsHeld();
  }

  /** They are counted nowhere else while they wait for it. */
  @Test
  void answersThatWaitToBePackedAreLimited() {
    int most = (int) (HttpOptions.onPort(0).unsentBytesMax() / 4);
    String target = "/answer/" + (most / 2);
    for (int i = 0; i < 3; i++) {
      serve(target, Map.of("accept-encoding", "gzip"), new byte[0]);
    }
    assertThat(answers).containsExactly("200 " + most / 2 + " bytes");
    run(coders);
    run(loop);
    assertThat(answers).containsExactly("200 " + most / 2 + " bytes", "200 gzip", "200 gzip");

    serve("/answer/" + 2 * most, Map.of("accept-encoding", "gzip"), new byte[0]);
    run(coders);
    run(loop);
    assertThat(answers).as("one alone, however large").last().isEqualTo("200 gzip");
    assertNothingIsHeld();
  }

  /** Its reservation is given back once it is unpacked, so it must be gone. */
  @Test
  void whatABodyWasUnpackedFromIsNotKept() throws IOException {
    WeakReference<byte[]> packed = serve("/hold", Map.of("content-encoding", "gzip"), gzip(SMALL));
    assertThat(admission.requestCount()).isEqualTo(1);
    HttpServerTest.await(
        () -> {
          System.gc();
          return packed.get() == null;
        });
    handler.held.remove().complete(EchoHandler.answer(200, ""));
    run(loop);
    assertThat(answers).containsExactly("200 /hold:" + SMALL);
    assertNothingIsHeld();
  }

  @Test
  void whenNobodyCanPackARequestIsRefusedAndAnAnswerStaysAsItIs() throws IOException {
    codersAreFull = true;
    serve("/a", Map.of("content-encoding", "gzip"), gzip(LARGE));
    assertThat(answers).containsExactly("503 OVERLOADED");
    serve("/answer/" + LARGE, Map.of("accept-encoding", "gzip"), new byte[0]);
    assertThat(answers).hasSize(2).last().isEqualTo("200 " + LARGE + " bytes");
    assertNothingIsHeld();
  }

  @Test
  void anErrorOfTheHandlerLeavesNothingBehind() throws IOException {
    serve("/error", Map.of(), new byte[LARGE]);
    serve("/error", Map.of("content-encoding", "gzip"), gzip(LARGE));
    run(coders);
    run(loop);
    assertThat(answers).containsExactly("500 FAILED", "500 FAILED");
    assertNothingIsHeld();
  }
}

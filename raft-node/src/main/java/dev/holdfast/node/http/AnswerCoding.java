package dev.holdfast.node.http;

import dev.holdfast.node.http.HttpAnswer.Header;
import dev.holdfast.protocol.model.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * How the body of an answer is compressed when the client says that it takes that. Source of the
 * choice, odd as some of it is: scylladb/scylladb, test_compressed_response.py, run against the
 * service.
 */
enum AnswerCoding {
  GZIP,
  DEFLATE;

  /** From this size on; the service's own. */
  static final int COMPRESSED_BYTES_MIN = 4 << 10;

  private static final byte[] GZIP_HEAD = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0};
  private static final int PIECE_BYTES = 8 << 10;
  private static final String WEIGHT = "q=";

  /** How the client would have the answer compressed; null when it stays as it is. */
  static @Nullable AnswerCoding of(HttpCall call, HttpAnswer answer) {
    if (answer.body().size() < COMPRESSED_BYTES_MIN) {
      return null;
    }
    String accepted = call.header("accept-encoding");
    return accepted == null ? null : chosen(accepted);
  }

  HttpAnswer applied(HttpAnswer answer) {
    List<Header> headers = new ArrayList<>(answer.headers());
    headers.add(new Header("content-encoding", name().toLowerCase(Locale.ROOT)));
    return new HttpAnswer(
        answer.status(), answer.contentType(), compressed(answer.body()), headers);
  }

  /**
   * The coding of the greatest weight, of equal ones the first; null when the client takes neither.
   * A star stands for what is not named, and counts for less than a name of the same weight.
   */
  static @Nullable AnswerCoding chosen(String accepted) {
    AnswerCoding best = null;
    double bestWeight = 0;
    double starWeight = 0;
    boolean gzipNamed = false;
    boolean deflateNamed = false;
    for (String entry : accepted.split(",", -1)) {
      int parameters = entry.indexOf(';');
      String name = (parameters < 0 ? entry : entry.substring(0, parameters)).trim();
      double weight = parameters < 0 ? 1 : weight(entry.substring(parameters + 1));
      AnswerCoding coding = null;
      if (name.equalsIgnoreCase("gzip")) {
        gzipNamed = true;
        coding = GZIP;
      } else if (name.equalsIgnoreCase("deflate")) {
        deflateNamed = true;
        coding = DEFLATE;
      } else if (name.equals("*")) {
        starWeight = Math.max(starWeight, weight);
      }
      if (coding != null && weight > bestWeight) {
        best = coding;
        bestWeight = weight;
      }
    }
    if (starWeight > bestWeight && !(gzipNamed && deflateNamed)) {
      return gzipNamed ? DEFLATE : GZIP;
    }
    return best;
  }

  /** The first weight among the parameters; 1 when there is none, or none that is a number. */
  private static double weight(String parameters) {
    int at = parameters.indexOf(WEIGHT);
    if (at < 0) {
      return 1;
    }
    int end = parameters.indexOf(';', at);
    String text = parameters.substring(at + WEIGHT.length(), end < 0 ? parameters.length() : end);
    try {
      return Math.min(1, Double.parseDouble(text.trim()));
    } catch (NumberFormatException e) {
      return 1;
    }
  }

  /** For speed rather than for size: smaller ones are compressed on an event loop. */
  private Bytes compressed(Bytes body) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, this == GZIP);
    try {
      ByteArrayOutputStream output = new ByteArrayOutputStream(body.size() / 4);
      if (this == GZIP) {
        output.writeBytes(GZIP_HEAD);
      }
      deflater.setInput(body.backingArray(), body.arrayOffset(), body.size());
      deflater.finish();
      byte[] piece = new byte[PIECE_BYTES];
      while (!deflater.finished()) {
        output.write(piece, 0, deflater.deflate(piece));
      }
      if (this == GZIP) {
        output.writeBytes(gzipTail(body));
      }
      return Bytes.wrap(output.toByteArray());
    } finally {
      deflater.end();
    }
  }

  private static byte[] gzipTail(Bytes body) {
    CRC32 checksum = new CRC32();
    checksum.update(body.backingArray(), body.arrayOffset(), body.size());
    return ByteBuffer.allocate(8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt((int) checksum.getValue())
        .putInt(body.size())
        .array();
  }
}

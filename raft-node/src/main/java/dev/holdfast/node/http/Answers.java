package dev.holdfast.node.http;

import dev.holdfast.protocol.model.Bytes;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.util.zip.CRC32;

/** Turns answers into what goes over the wire. */
final class Answers {
  private static final AsciiString REQUEST_ID = AsciiString.cached("x-amzn-RequestId");
  private static final AsciiString CHECKSUM = AsciiString.cached("x-amz-crc32");
  // All names and values are ours, so checking them on every answer would be wasted.
  private static final HttpHeadersFactory HEADERS =
      DefaultHttpHeadersFactory.headersFactory().withValidation(false);

  private Answers() {}

  /** The response; the body's array is written as it is, not copied. */
  static FullHttpResponse response(HttpAnswer answer, String requestId, boolean close) {
    Bytes body = answer.body();
    byte[] array = body.backingArray();
    CRC32 checksum = new CRC32(); // SDKs verify it when it is present
    checksum.update(array, body.arrayOffset(), body.size());
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            Unpooled.wrappedBuffer(array, body.arrayOffset(), body.size()),
            HEADERS,
            HEADERS);
    HttpHeaders headers = response.headers();
    headers.set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
    headers.set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.size()));
    headers.set(REQUEST_ID, requestId);
    headers.set(CHECKSUM, Long.toString(checksum.getValue()));
    if (close) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    return response;
  }
}

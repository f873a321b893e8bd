package dev.holdfast.node.http;

import dev.holdfast.protocol.model.Bytes;
import java.util.List;

/**
 * What goes back: the server adds what every answer has (length, checksum, request id, date,
 * connection), and compresses the body when the client would have it so.
 *
 * @param contentType empty when the answer does not say
 * @param headers further ones; their names in lower case, their values in printable ASCII
 */
public record HttpAnswer(int status, String contentType, Bytes body, List<Header> headers) {
  /** One header of an answer. */
  public record Header(String name, String value) {}

  public HttpAnswer(int status, String contentType, Bytes body) {
    this(status, contentType, body, List.of());
  }

  public HttpAnswer withHeaders(List<Header> others) {
    return new HttpAnswer(status, contentType, body, others);
  }
}

package dev.holdfast.node.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Asks nodes' admin endpoints. */
final class AdminPages {
  /** What a page answered. */
  record Page(int status, String body) {
    boolean isOk() {
      return status == 200;
    }
  }

  private final HttpClient http;
  private final Duration timeout;

  AdminPages(Duration timeout) {
    this.timeout = timeout;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeout)
            .build();
  }

  /** Empty when nobody answers in time. */
  Optional<Page> get(String address, String path) throws InterruptedException {
    URI uri = URI.create("http://" + address + path);
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(timeout).build();
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      return Optional.of(new Page(answer.statusCode(), answer.body()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** What the first of these nodes to answer says of the cluster; empty when none does. */
  Optional<String> status(List<String> addresses) throws InterruptedException {
    for (String address : addresses) {
      Optional<Page> page = get(address, "/status").filter(Page::isOk);
      if (page.isPresent()) {
        return page.map(Page::body);
      }
    }
    return Optional.empty();
  }
}

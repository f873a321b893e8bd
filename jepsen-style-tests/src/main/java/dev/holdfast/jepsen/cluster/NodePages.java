package dev.holdfast.jepsen.cluster;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/** What nodes say of themselves on their pages for operators. */
final class NodePages {
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(2);
  private static final int OK = 200;

  private final Addresses addresses;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  NodePages(Addresses addresses) {
    this.addresses = addresses;
  }

  /** The body of a page; empty unless it is answered with 200 in time. */
  Optional<String> page(int node, String path) {
    try {
      HttpResponse<String> answer = answer(node, path);
      return answer.statusCode() == OK ? Optional.of(answer.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** What a metric says now; empty when it is not answered or not there. */
  OptionalDouble metric(int node, String nameAndLabels) {
    return page(node, "/metrics")
        .flatMap(
            text -> text.lines().filter(line -> line.startsWith(nameAndLabels + " ")).findFirst())
        .map(line -> OptionalDouble.of(Double.parseDouble(line.substring(line.lastIndexOf(' ')))))
        .orElse(OptionalDouble.empty());
  }

  boolean isReady(int node) {
    return page(node, "/health/ready").isPresent();
  }

  /** What a node answers when it is asked whether it is ready, or why there is no answer. */
  String health(int node) {
    try {
      HttpResponse<String> answer = answer(node, "/health/ready");
      return answer.statusCode() + " " + answer.body().strip();
    } catch (IOException e) {
      return e.toString();
    }
  }

  private HttpResponse<String> answer(int node, String path) throws IOException {
    URI uri = URI.create("http://" + addresses.at(node, Addresses.Service.ADMIN) + path);
    try {
      return http.send(
          HttpRequest.newBuilder(uri).timeout(ANSWERED_WITHIN).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}

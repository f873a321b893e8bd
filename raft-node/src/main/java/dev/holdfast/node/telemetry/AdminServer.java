package dev.holdfast.node.telemetry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the admin pages over HTTP: GET only, few threads, no more than a handful of requests at a
 * time. Apart from the DynamoDB endpoint, so that it answers when that is overloaded.
 */
public final class AdminServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AdminServer.class);
  private static final int THREAD_COUNT = 2;
  private static final int QUEUE_MAX = 64;
  private static final int BACKLOG = 64;

  private final HttpServer server;
  private final ThreadPoolExecutor executor;
  private final SortedMap<String, AdminPage> pages;

  private AdminServer(HttpServer server, SortedMap<String, AdminPage> pages) {
    this.server = server;
    this.pages = new TreeMap<>(pages);
    this.executor =
        new ThreadPoolExecutor(
            THREAD_COUNT,
            THREAD_COUNT,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(QUEUE_MAX),
            task -> {
              Thread thread = new Thread(task, "admin");
              thread.setDaemon(true);
              return thread;
            });
    server.createContext("/", this::handle);
    server.setExecutor(executor);
  }

  /**
   * @param pages by path, such as {@code /metrics}
   */
  public static AdminServer start(InetSocketAddress address, SortedMap<String, AdminPage> pages)
      throws IOException {
    HttpServer http;
    try {
      http = HttpServer.create(address, BACKLOG);
    } catch (IOException e) {
      throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
    }
    AdminServer admin = new AdminServer(http, pages);
    http.start();
    return admin;
  }

  private void handle(HttpExchange exchange) {
    AdminPage page = pages.get(exchange.getRequestURI().getPath());
    if (!exchange.getRequestMethod().equals("GET")) {
      send(exchange, AdminPage.Answer.text(405, "only GET\n"));
    } else if (page == null) {
      send(
          exchange, AdminPage.Answer.text(404, "no such page; there are " + pages.keySet() + "\n"));
    } else {
      answer(exchange, page);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // whenComplete's own failure has nowhere to go
  private static void answer(HttpExchange exchange, AdminPage page) {
    try {
      page.answer().whenComplete((answer, failure) -> send(exchange, orFailure(answer, failure)));
    } catch (RuntimeException e) {
      log.error("the admin page {} failed", exchange.getRequestURI(), e);
      send(exchange, AdminPage.Answer.text(500, "the page failed; see the log\n"));
    }
  }

  private static AdminPage.Answer orFailure(
      AdminPage.@Nullable Answer answer, @Nullable Throwable failure) {
    if (answer != null) {
      return answer;
    }
    String message = failure == null ? "no answer" : String.valueOf(failure.getMessage());
    return AdminPage.Answer.text(503, message + "\n");
  }

  private static void send(HttpExchange exchange, AdminPage.Answer answer) {
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", answer.contentType());
    try (OutputStream out = exchange.getResponseBody()) {
      exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
      out.write(body);
    } catch (IOException e) {
      log.debug("an admin client went away: {}", e.toString());
    } finally {
      exchange.close();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}

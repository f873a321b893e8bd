package dev.holdfast.jepsen.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Carries what one end of a connection sends to the other, as the link lets it. One thread reads,
 * another writes, so that a delay costs no throughput; when the link is held the queue fills, and
 * then the sender's own buffers, as with a network that is cut.
 */
final class Pump {
  private static final int PIECE_BYTES_MAX = 64 << 10;
  private static final int PIECES_MAX = 256;

  /** On its way; without bytes when the sender has sent all. */
  private static final class Piece {
    final long dueNanos;
    final byte[] bytes;

    Piece(long dueNanos, byte[] bytes) {
      this.dueNanos = dueNanos;
      this.bytes = bytes;
    }
  }

  private final Link link;
  private final Socket from;
  private final Socket to;
  private final Runnable atEnd;
  private final BlockingQueue<Piece> pieces = new ArrayBlockingQueue<>(PIECES_MAX);
  private final Thread reader = daemon("proxy-read", this::read);
  private final Thread writer = daemon("proxy-write", this::write);

  /**
   * @param atEnd runs when all was carried or nothing more can be, once or twice
   */
  Pump(Link link, Socket from, Socket to, Runnable atEnd) {
    this.link = link;
    this.from = from;
    this.to = to;
    this.atEnd = atEnd;
  }

  void start() {
    reader.start();
    writer.start();
  }

  /** Both threads end. */
  void stop() {
    reader.interrupt();
    writer.interrupt();
  }

  private static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  private void read() {
    byte[] buffer = new byte[PIECE_BYTES_MAX];
    long lastDue = System.nanoTime();
    try {
      InputStream in = from.getInputStream();
      int count;
      do {
        count = in.read(buffer);
        long due = System.nanoTime() + (count > 0 ? link.lateNanos() : 0);
        lastDue = due - lastDue > 0 ? due : lastDue; // nothing overtakes
        pieces.put(new Piece(lastDue, Arrays.copyOf(buffer, Math.max(0, count))));
      } while (count >= 0);
    } catch (IOException e) {
      breakOff();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write() {
    try {
      OutputStream out = to.getOutputStream();
      Piece piece = pieces.take();
      while (piece.bytes.length > 0) {
        TimeUnit.NANOSECONDS.sleep(piece.dueNanos - System.nanoTime());
        link.pass();
        out.write(piece.bytes);
        piece = pieces.take();
      }
      link.awaitOpen();
      to.shutdownOutput();
      atEnd.run();
    } catch (IOException e) {
      breakOff();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What became of one end the other hears at once: a process that ends is no cut link. */
  private void breakOff() {
    reset(from);
    reset(to);
    atEnd.run();
  }

  static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      return; // closed already
    }
  }
}

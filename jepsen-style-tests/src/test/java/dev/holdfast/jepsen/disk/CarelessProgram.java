package dev.holdfast.jepsen.disk;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that writes to files in many ways, syncs some of it, says that it is ready, and waits
 * to be killed.
 */
final class CarelessProgram {
  static final String READY = "everything is written";
  static final String FAILED = "sync failed: ";
  static final int WRITERS = 4;
  static final int ROUNDS = 200;
  static final int SEGMENT_BYTES = 64 * 1024;
  static final int WRITES = 40;
  static final int WRITE_BYTES = 1500;

  private CarelessProgram() {}

  /** A directory, and what to do there. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    switch (arguments[1]) {
      case "everything" -> everything(directory);
      case "append" -> write(directory.resolve("log"), "second ", Sync.NO);
      case "append-and-sync" -> write(directory.resolve("log"), "second ", Sync.YES);
      case "writes" -> writes(directory.resolve("writes"));
      case "sync" -> sync(directory.resolve("log"));
      default -> throw new IllegalArgumentException(arguments[1]);
    }
    System.out.println(READY);
    while (true) {
      LockSupport.park();
    }
  }

  private enum Sync {
    NO,
    YES
  }

  private static void everything(Path directory) throws Exception {
    write(directory.resolve("log"), "first ", Sync.YES);
    write(directory.resolve("log"), "never synced ", Sync.NO);
    write(directory.resolve("created"), "never synced ", Sync.NO);
    overwritten(directory.resolve("overwritten"));
    syncedByAnother(directory.resolve("synced-by-another"));
    renamed(directory);
    closed(directory);
    cut(directory.resolve("cut"));
    emptied(directory.resolve("emptied"));
    replaced(directory.resolve("replaced"));
    linked(directory);
    mapped(directory.resolve("mapped"));
    transferred(directory);
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      Path file = directory.resolve("busy-" + i);
      writers.add(new Thread(() -> busy(file)));
    }
    writers.forEach(Thread::start);
    for (Thread writer : writers) {
      writer.join();
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void write(Path file, String text, Sync sync) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      channel.write(bytes(text));
      if (sync == Sync.YES) {
        channel.force(false);
      }
    }
  }

  /** As a log that is made ahead: zeros on disk, then records over them. */
  private static void overwritten(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(SEGMENT_BYTES));
      channel.write(bytes("synced"), 0);
      channel.force(true);
      channel.write(bytes("SYNCED, not"), 0);
      channel.write(new ByteBuffer[] {bytes("in "), bytes("pieces")});
      channel.write(bytes("again"), 8);
    }
  }

  private static void syncedByAnother(Path file) throws IOException {
    write(file, "kept", Sync.NO);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void renamed(Path directory) throws IOException {
    write(directory.resolve("new-name"), "old content", Sync.YES);
    write(directory.resolve("temporary"), "new content", Sync.NO);
    Files.move(
        directory.resolve("temporary"),
        directory.resolve("new-name"),
        StandardCopyOption.ATOMIC_MOVE);
  }

  /** As the end of a segment of a log: shorter, then under its last name. */
  private static void closed(Path directory) throws IOException {
    Path open = directory.resolve("open");
    write(open, "records, and room for more", Sync.YES);
    try (FileChannel channel = FileChannel.open(open, StandardOpenOption.WRITE)) {
      channel.truncate(7);
    }
    Files.move(open, directory.resolve("closed"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void cut(Path file) throws IOException {
    write(file, "a whole sentence", Sync.YES);
    try (RandomAccessFile writer = new RandomAccessFile(file.toFile(), "rw")) {
      writer.setLength(7);
      writer.seek(7);
      writer.write(bytes(" word, and then very much more").array());
      writer.setLength(100);
    }
  }

  private static void emptied(Path file) throws IOException {
    write(file, "all of it", Sync.YES);
    Files.writeString(file, "not it");
  }

  private static void replaced(Path file) throws IOException {
    write(file, "the first file", Sync.YES);
    write(file, ", unsynced", Sync.NO);
    Files.delete(file);
    write(file, "the second file", Sync.YES);
  }

  private static void linked(Path directory) throws IOException {
    write(directory.resolve("linked"), "shared", Sync.YES);
    Files.createLink(directory.resolve("link"), directory.resolve("linked"));
    write(directory.resolve("linked"), ", unsynced", Sync.NO);
    Files.delete(directory.resolve("linked"));
  }

  private static void mapped(Path file) throws IOException {
    write(file, "01234567", Sync.YES);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MappedByteBuffer page = channel.map(FileChannel.MapMode.READ_WRITE, 0, 8);
      page.put(0, (byte) 'a');
      page.force();
      page.put(1, (byte) 'b');
    }
  }

  private static void transferred(Path directory) throws IOException {
    Path source = directory.resolve("source");
    write(source, "x".repeat(10_000), Sync.YES);
    try (FileChannel from = FileChannel.open(source, StandardOpenOption.READ);
        FileChannel to =
            FileChannel.open(
                directory.resolve("transferred"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE)) {
      from.transferTo(0, 1_000, to);
      to.force(true);
      from.transferTo(0, 9_000, to);
    }
  }

  /** Whatever it is interrupted in, its file is to end with the last line that was synced. */
  private static void busy(Path file) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 1; i <= ROUNDS; i++) {
        channel.write(bytes(i + "\n"));
        if (i <= ROUNDS / 2) {
          channel.force(false);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first is synced; the n-th is n over and over. */
  private static void writes(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 1; i <= WRITES; i++) {
        ByteBuffer write = ByteBuffer.allocate(WRITE_BYTES);
        while (write.hasRemaining()) {
          write.put((byte) i);
        }
        channel.write(write.flip());
        if (i == 1) {
          channel.force(false);
        }
      }
    }
  }

  private static void sync(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(bytes("what the disk does not take"));
      channel.force(false);
    } catch (IOException e) {
      System.out.println(FAILED + e.getMessage());
    }
  }
}

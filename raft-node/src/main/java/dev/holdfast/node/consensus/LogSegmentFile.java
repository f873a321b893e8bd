package dev.holdfast.node.consensus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.WireFormat;

/**
 * One file of a Raft log, as Ratis 3.3 writes it: the header {@code RaftLog1}, then per entry a
 * varint length, the entry as protobuf, and the CRC-32C of both; zeros to the end of the file.
 * Source: {@code SegmentedRaftLogFormat}, {@code SegmentedRaftLogReader}.
 *
 * @param first the index of its first entry, by its name
 * @param last of its last one, by its name; {@link #OPEN} while it is being written
 */
record LogSegmentFile(Path path, long first, long last) implements Comparable<LogSegmentFile> {
  static final long OPEN = Long.MAX_VALUE;

  private static final Pattern CLOSED_NAME = Pattern.compile("log_(\\d+)-(\\d+)");
  private static final Pattern OPEN_NAME = Pattern.compile("log_inprogress_(\\d+)");
  private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.UTF_8);
  private static final int INDEX_FIELD = 2; // LogEntryProto: term = 1, index = 2

  /**
   * What a file holds.
   *
   * @param lastValid the index of the last entry before the first that cannot be read; one less
   *     than the first when there is none
   * @param validBytes where that entry ends
   * @param clean whether nothing but zeros follows it
   */
  record Contents(long lastValid, long validBytes, boolean clean) {}

  /** Empty when the file is not of a log. */
  static Optional<LogSegmentFile> of(Path path) {
    String name = String.valueOf(path.getFileName());
    Matcher closed = CLOSED_NAME.matcher(name);
    if (closed.matches()) {
      return Optional.of(
          new LogSegmentFile(
              path, Long.parseLong(closed.group(1)), Long.parseLong(closed.group(2))));
    }
    Matcher open = OPEN_NAME.matcher(name);
    return open.matches()
        ? Optional.of(new LogSegmentFile(path, Long.parseLong(open.group(1)), OPEN))
        : Optional.empty();
  }

  boolean isOpen() {
    return last == OPEN;
  }

  /** Where the file is to be found once its last entries are cut off. */
  Path reopened() {
    return path.resolveSibling("log_inprogress_" + first);
  }

  @Override
  public int compareTo(LogSegmentFile other) {
    return Long.compare(first, other.first);
  }

  /** Reads all of it; a segment is at most a few entries longer than 16 MB. */
  Contents read() throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    if (bytes.length < HEADER.length
        || !Arrays.equals(bytes, 0, HEADER.length, HEADER, 0, HEADER.length)) {
      return new Contents(first - 1, 0, isUnwrittenHeader(bytes));
    }
    CRC32C crc = new CRC32C();
    int position = HEADER.length;
    long next = first;
    while (position < bytes.length && bytes[position] != 0) {
      int end = entryEnd(bytes, position, next, crc);
      if (end < 0) {
        return new Contents(next - 1, position, false);
      }
      position = end;
      next++;
    }
    return new Contents(next - 1, position, isZero(bytes, position));
  }

  /** A file that was made, and maybe given a part of its header, but never held an entry. */
  private static boolean isUnwrittenHeader(byte[] bytes) {
    int matching = 0;
    while (matching < Math.min(bytes.length, HEADER.length)
        && bytes[matching] == HEADER[matching]) {
      matching++;
    }
    return isZero(bytes, matching);
  }

  private static boolean isZero(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** Where the entry that begins here ends, or -1 when it is not the whole entry of this index. */
  private static int entryEnd(byte[] bytes, int start, long index, CRC32C crc) {
    try {
      CodedInputStream length = CodedInputStream.newInstance(bytes, start, bytes.length - start);
      int size = length.readRawVarint32();
      int bodyStart = start + length.getTotalBytesRead();
      if (size <= 0 || size > bytes.length - bodyStart - Integer.BYTES) {
        return -1;
      }
      int bodyEnd = bodyStart + size;
      crc.reset();
      crc.update(bytes, start, bodyEnd - start);
      if ((int) crc.getValue() != ByteBuffer.wrap(bytes).getInt(bodyEnd)) {
        return -1;
      }
      return index(bytes, bodyStart, size) == index ? bodyEnd + Integer.BYTES : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  private static long index(byte[] bytes, int start, int size) throws IOException {
    CodedInputStream entry = CodedInputStream.newInstance(bytes, start, size);
    for (int tag = entry.readTag(); tag != 0; tag = entry.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == INDEX_FIELD) {
        return entry.readUInt64();
      }
      entry.skipField(tag);
    }
    return 0; // the default is not written
  }
}

package dev.holdfast.statemachine.rocksdb;

import dev.holdfast.statemachine.storage.StorageException;
import java.nio.file.Path;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;

/** The files that RocksDB keeps rows in; once written they do not change. */
public final class TableFiles {
  private TableFiles() {}

  /** Whether a file is one, by its name. */
  public static boolean isTable(Path file) {
    return String.valueOf(file.getFileName()).endsWith(".sst");
  }

  /**
   * Opens a store that nobody uses, without changing it, and reads all its files through.
   *
   * @throws StorageException when one is damaged or missing, or they do not fit together
   */
  public static void verifyAll(Path directory) {
    RocksDB.loadLibrary();
    try (Options options = new Options();
        RocksDB store = RocksDB.openReadOnly(options, directory.toString())) {
      store.verifyChecksum();
    } catch (RocksDBException e) {
      throw RocksFailure.ofOpening("damaged store in " + directory, e);
    }
  }

  /**
   * Reads a file through and compares every block with its checksum.
   *
   * @throws StorageException when one is wrong, or the file is not there
   */
  public static void verify(Path table) {
    RocksDB.loadLibrary();
    try (Options options = new Options();
        SstFileReader reader = new SstFileReader(options)) {
      reader.open(table.toString());
      reader.verifyChecksum();
    } catch (RocksDBException e) {
      throw RocksFailure.of("damaged table file " + table, e);
    }
  }
}

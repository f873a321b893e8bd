package dev.holdfast.jepsen.disk;

/**
 * What a node has done to its disk, in all its processes together.
 *
 * @param writes and {@code bytes}: to its files
 * @param syncs that succeeded
 * @param failedSyncs that were made to fail
 * @param lies syncs that only said that they had succeeded
 * @param mappedFiles that were opened to be written through memory
 * @param errors what the shim could not follow; must be 0
 */
public record DiskCounts(
    long writes,
    long bytes,
    long syncs,
    long failedSyncs,
    long lies,
    long mappedFiles,
    long errors) {}

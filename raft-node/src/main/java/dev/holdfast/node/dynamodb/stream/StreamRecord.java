package dev.holdfast.node.dynamodb.stream;

import dev.holdfast.node.dynamodb.json.JsonOutput;
import dev.holdfast.protocol.model.ChangeRecord;
import dev.holdfast.protocol.model.ChangeRecord.Origin;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.Item;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A change as readers of a stream see it. Source: AWS API reference, "Record". */
public final class StreamRecord {
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final int ID_BYTES = 4 * Long.BYTES;

  private final long tableId;
  private final ChangeSegment segment;
  private final ChangeRecord change;

  /**
   * @param tableId makes ids of events differ between tables
   */
  public StreamRecord(long tableId, ChangeSegment segment, ChangeRecord change) {
    this.tableId = tableId;
    this.segment = segment;
    this.change = change;
  }

  /** By DynamoDB's rules for items: of the key, and of the images that are shown. */
  public long sizeBytes() {
    return (long) change.key().sizeBytes() + sizeOf(newImage()) + sizeOf(oldImage());
  }

  private static int sizeOf(@Nullable Item image) {
    return image == null ? 0 : image.sizeBytes();
  }

  private @Nullable Item newImage() {
    return segment.view().showsAfter() ? change.after() : null;
  }

  private @Nullable Item oldImage() {
    return segment.view().showsBefore() ? change.before() : null;
  }

  public void write(JsonOutput output, String region) {
    output.beginObject();
    output.name("eventID").string(eventId());
    output.name("eventName").string(change.kind().name());
    output.name("eventVersion").string("1.1");
    output.name("eventSource").string("aws:dynamodb");
    output.name("awsRegion").string(region);
    output.name("dynamodb").beginObject();
    output
        .name("ApproximateCreationDateTime")
        .number(Math.floorDiv(change.timeMicros(), MICROS_PER_SECOND));
    output.name("Keys").item(change.key());
    image(output, "NewImage", newImage());
    image(output, "OldImage", oldImage());
    output.name("SequenceNumber").string(SequenceNumber.of(change.number()));
    output.name("SizeBytes").number(sizeBytes());
    output.name("StreamViewType").string(segment.view().name());
    output.endObject();
    if (change.origin() == Origin.TIME_TO_LIVE) {
      output.name("userIdentity").beginObject();
      output.name("PrincipalId").string("dynamodb.amazonaws.com");
      output.name("Type").string("Service");
      output.endObject();
    }
    output.endObject();
  }

  private static void image(JsonOutput output, String name, @Nullable Item image) {
    if (image != null) {
      output.name(name).item(image);
    }
  }

  /** The same whenever, and by whichever node, the record is read. */
  private String eventId() {
    ByteBuffer names =
        ByteBuffer.allocate(ID_BYTES)
            .putLong(tableId)
            .putLong(segment.id().partition().value())
            .putLong(segment.id().number())
            .putLong(change.number());
    return UUID.nameUUIDFromBytes(names.array()).toString().replace("-", "");
  }
}

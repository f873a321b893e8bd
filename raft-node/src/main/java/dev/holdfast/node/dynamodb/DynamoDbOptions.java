package dev.holdfast.node.dynamodb;

import java.time.Duration;

/**
 * How the DynamoDB API behaves.
 *
 * @param requestTimeout bounds one store call with all its attempts; shorter than the SDKs' own
 *     time-outs, so that a client hears why; default 10 s
 * @param defaultRegion names the region in ARNs when the credential scope has none; default
 *     us-east-1
 * @param partitionUnits load per second that one partition serves, by which warm throughput is
 *     turned into partitions: a read is one unit, a write four; default 20,000
 * @param anyOrigin whether browsers are told that pages of any origin may read the answers, as the
 *     service tells them; default no
 */
public record DynamoDbOptions(
    Duration requestTimeout, String defaultRegion, long partitionUnits, boolean anyOrigin) {
  public static final DynamoDbOptions DEFAULT =
      new DynamoDbOptions(Duration.ofSeconds(10), "us-east-1", 20_000, false);

  public DynamoDbOptions withPartitionUnits(long units) {
    return new DynamoDbOptions(requestTimeout, defaultRegion, units, anyOrigin);
  }

  public DynamoDbOptions withAnyOrigin(boolean any) {
    return new DynamoDbOptions(requestTimeout, defaultRegion, partitionUnits, any);
  }
}

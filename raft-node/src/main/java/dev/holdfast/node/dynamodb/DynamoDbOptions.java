package dev.holdfast.node.dynamodb;

import java.time.Duration;

/**
 * How the DynamoDB API behaves.
 *
 * @param requestTimeout bounds one store call with all its attempts; shorter than the SDKs' own
 *     time-outs, so that a client hears why; default 10 s
 * @param defaultRegion names the region in ARNs when the credential scope has none; default
 *     us-east-1
 */
public record DynamoDbOptions(Duration requestTimeout, String defaultRegion) {
  public static final DynamoDbOptions DEFAULT =
      new DynamoDbOptions(Duration.ofSeconds(10), "us-east-1");
}

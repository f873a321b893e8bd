package dev.holdfast.node.change;

import dev.holdfast.protocol.model.Followers;
import java.time.Duration;

/**
 * How change logs are kept small.
 *
 * @param period how often the leader of a partition looks for what is old; default a minute
 * @param retention how long a record can be read, and a shard that is closed; as the service has
 *     it, a day
 * @param bytesWarn above this size of all logs led here a warning is logged, once; default 10 GiB
 */
public record ChangeTrimOptions(Duration period, Duration retention, long bytesWarn) {
  public static final Duration RETENTION = Duration.ofMillis(Followers.STREAM_MILLIS);

  public ChangeTrimOptions {
    if (period.toMillis() < 1 || retention.isNegative() || bytesWarn < 1) {
      throw new IllegalArgumentException("period " + period + ", warn at " + bytesWarn);
    }
  }
}

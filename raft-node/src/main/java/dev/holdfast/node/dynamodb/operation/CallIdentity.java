package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.client.routing.WriteOptions.Attempt;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.RequestId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which call of a client this is, the same for all its attempts (design section 5, exactly once).
 *
 * <p>AWS SDKs send one invocation id for all attempts of a call. It is mixed with the request, so
 * that a client which reuses an id by mistake does not have a different write swallowed. The hash
 * is cryptographic: two requests never share an id by accident or by intent.
 */
public final class CallIdentity {
  private static final String HASH = "SHA-256";

  private final @Nullable String invocationId;
  private final Attempt attempt;
  private final String target;
  private final Bytes body;
  private final LongSupplier random;
  private @Nullable RequestId id;

  /**
   * @param invocationId the SDK's header {@code amz-sdk-invocation-id}, if any
   * @param attemptHeader the SDK's header {@code amz-sdk-request}, such as {@code attempt=1; max=3}
   * @param random names calls of clients that send no invocation id
   */
  public CallIdentity(
      @Nullable String invocationId,
      @Nullable String attemptHeader,
      String target,
      Bytes body,
      LongSupplier random) {
    this.invocationId = invocationId;
    this.attempt = invocationId == null ? Attempt.FIRST : attempt(attemptHeader);
    this.target = target;
    this.body = body;
    this.random = random;
  }

  /** Anything but a clear first attempt may be a repetition; that is the safe side (E2). */
  private static Attempt attempt(@Nullable String header) {
    if (header != null) {
      for (String part : header.split(";")) {
        if (part.trim().equals("attempt=1")) {
          return Attempt.FIRST;
        }
      }
    }
    return Attempt.REPEATED;
  }

  Attempt attempt() {
    return attempt;
  }

  /** The id of a request that is one write. */
  RequestId id() {
    RequestId known = id;
    if (known == null) {
      known =
          invocationId == null
              ? new RequestId(random.getAsLong(), random.getAsLong())
              : hashed(
                  digest -> {
                    digest.update(invocationId.getBytes(StandardCharsets.UTF_8));
                    digest.update((byte) 0);
                    digest.update(target.getBytes(StandardCharsets.UTF_8));
                    digest.update((byte) 0);
                    update(digest, body);
                  });
      id = known;
    }
    return known;
  }

  /** The id of one write of a batch (E3). */
  RequestId idOf(Bytes routingKey) {
    RequestId whole = id();
    return hashed(
        digest -> {
          digest.update(ByteBuffer.allocate(16).putLong(whole.high()).putLong(whole.low()).flip());
          update(digest, routingKey);
        });
  }

  /** What goes into a hash. */
  private interface Input {
    void into(MessageDigest digest);
  }

  private static RequestId hashed(Input input) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance(HASH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + HASH, e);
    }
    input.into(digest);
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    return new RequestId(hash.getLong(), hash.getLong());
  }

  private static void update(MessageDigest digest, Bytes bytes) {
    digest.update(bytes.backingArray(), bytes.arrayOffset(), bytes.size());
  }
}

package dev.holdfast.client.internal;

import java.time.Duration;

/** What one connection may take; the fields are those of the transport's options. */
public record ConnectionLimits(
    Duration connectTimeout, Duration reconnectDelayMax, int inFlightMax, long inFlightBytesMax) {}

/**
 * What a node tells about itself: metrics, health, and the admin endpoint that serves them.
 *
 * <p>Alone sees Dropwizard Metrics (rule D2) and Logback. Implements the listener ports of {@code
 * consensus}, {@code dynamodb} and {@code client.routing}. Metrics are listed in docs/metrics.md.
 */
@NullMarked
package dev.holdfast.node.telemetry;

import org.jspecify.annotations.NullMarked;

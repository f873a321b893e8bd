/**
 * The one router of the system: finds the partition of a key, its leader, and retries what may be
 * retried. Used by the public client and by every node's gateway.
 */
@NullMarked
package dev.holdfast.client.routing;

import org.jspecify.annotations.NullMarked;

/**
 * The DynamoDB API: what an HTTP request means. Checks credentials' shape, finds the operation, and
 * turns its result or failure into DynamoDB's JSON 1.0.
 *
 * <p>May import {@code client.routing}, {@code protocol}, {@code node.http} (the port it
 * implements) and its own sub-packages; never Netty or Ratis.
 */
@NullMarked
package dev.holdfast.node.dynamodb;

import org.jspecify.annotations.NullMarked;

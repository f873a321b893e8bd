/**
 * DynamoDB's operations, one class each: the shape of its request, its checks, the call of the
 * store, and the shape of its answer.
 *
 * <p>May import {@code client.routing}, {@code protocol}, and the sibling packages {@code json},
 * {@code expression}, {@code partiql} and {@code error}. Operations are stateless and never block.
 */
@NullMarked
package dev.holdfast.node.dynamodb.operation;

import org.jspecify.annotations.NullMarked;

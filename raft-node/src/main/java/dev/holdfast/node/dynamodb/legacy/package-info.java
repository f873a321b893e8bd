/**
 * The parameters that expressions replaced, translated to the trees that expressions become, so
 * that nothing of them is replicated. Pure; knows requests, not tables' contents.
 *
 * <p>May import: node.dynamodb.json, node.dynamodb.error, protocol.
 */
@NullMarked
package dev.holdfast.node.dynamodb.legacy;

import org.jspecify.annotations.NullMarked;

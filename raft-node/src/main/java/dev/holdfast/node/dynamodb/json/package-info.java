/**
 * JSON in and out: requests by declared shapes, attribute maps straight into item bytes, and item
 * bytes straight into JSON, so that a plain put or get builds no object tree (design section 5).
 *
 * <p>May import Jackson core, {@code protocol.model} and {@code node.dynamodb.error}.
 */
@NullMarked
package dev.holdfast.node.dynamodb.json;

import org.jspecify.annotations.NullMarked;

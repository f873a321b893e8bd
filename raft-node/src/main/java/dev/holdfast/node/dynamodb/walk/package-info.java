/**
 * What a read walks: a table or one of its indexes, by whatever kind of key.
 *
 * <p>Pure. May import {@code protocol}.
 */
@NullMarked
package dev.holdfast.node.dynamodb.walk;

import org.jspecify.annotations.NullMarked;

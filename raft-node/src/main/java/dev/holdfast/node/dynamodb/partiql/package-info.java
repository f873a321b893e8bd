/**
 * PartiQL as DynamoDB has it: lexer and grammar make a {@link
 * dev.holdfast.node.dynamodb.partiql.Statement} of a text, the planners make the commands and reads
 * of the native operations of it. Pure: nothing here has access to a store.
 *
 * <p>May import {@code protocol} and the sibling packages {@code error} and {@code json}. Depth and
 * number of what a text may hold are limited, so that no text uses up the stack of the thread that
 * parses it; its cost is linear in its length. Source: AWS Developer Guide, "PartiQL for DynamoDB".
 */
@NullMarked
package dev.holdfast.node.dynamodb.partiql;

import org.jspecify.annotations.NullMarked;

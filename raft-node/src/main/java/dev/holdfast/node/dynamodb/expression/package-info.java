/**
 * Parses DynamoDB's expressions into the trees of {@code protocol.expression}: lexer, recursive
 * descent over one small grammar, then the checks that need names and values.
 *
 * <p>May import the protocol and {@code node.dynamodb.error}. Messages and their order follow
 * DynamoDB: syntax, parentheses, reserved words, then from left to right.
 */
@NullMarked
package dev.holdfast.node.dynamodb.expression;

import org.jspecify.annotations.NullMarked;

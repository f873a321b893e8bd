/**
 * Parses DynamoDB's expressions into the trees of {@code protocol.expression}: lexer, recursive
 * descent over one small grammar, then the checks that need names and values.
 *
 * <p>Used at the edge only – the gateway and the Java client – never by what decides replicated
 * state: replicas see trees, so a corrected parser cannot make them disagree. May import {@code
 * protocol.model} and {@code protocol.expression}. Messages and their order follow DynamoDB:
 * syntax, parentheses, reserved words, then from left to right.
 */
@NullMarked
package dev.holdfast.protocol.parser;

import org.jspecify.annotations.NullMarked;

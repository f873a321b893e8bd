/** The errors DynamoDB answers, by type and message. Imports the protocol only. */
@NullMarked
package dev.holdfast.node.dynamodb.error;

import org.jspecify.annotations.NullMarked;

/**
 * What the API of DynamoDB Streams calls things: the names of streams, shards, records and places
 * between records, and how they are read back. May import: error, json, protocol. Knows no store.
 */
@NullMarked
package dev.holdfast.node.dynamodb.stream;

import org.jspecify.annotations.NullMarked;

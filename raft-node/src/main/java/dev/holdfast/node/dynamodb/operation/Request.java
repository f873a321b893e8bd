package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.json.Fields;
import java.util.concurrent.Executor;

/**
 * One request to an operation.
 *
 * @param region of the credential scope, for ARNs
 * @param endpoint host and port as the client addressed them
 * @param identity names the writes of the request
 * @param executor runs tasks on the connection's event loop
 */
public record Request(
    Fields fields, String region, String endpoint, CallIdentity identity, Executor executor) {}

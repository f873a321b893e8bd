/** Drivers, one for each protocol: our native client, DynamoDB JSON over HTTP, etcd's gRPC. */
@NullMarked
package dev.holdfast.benchmarks.driver;

import org.jspecify.annotations.NullMarked;

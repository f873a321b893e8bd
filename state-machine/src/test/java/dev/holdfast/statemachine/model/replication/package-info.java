/**
 * The rules of replication.md other than the lease's, each in a model as small as it can be: seeds
 * and steps of a split (S), merges (M), members and rebuilds (C), requests (E). Without clocks:
 * what takes long is a step that is not taken yet.
 */
@NullMarked
package dev.holdfast.statemachine.model.replication;

import org.jspecify.annotations.NullMarked;

/**
 * The configuration file of a cluster: what it says, how it is checked, how it is written.
 *
 * <p>May import: protocol.model, partition.map.
 */
@NullMarked
package dev.holdfast.node.config;

import org.jspecify.annotations.NullMarked;

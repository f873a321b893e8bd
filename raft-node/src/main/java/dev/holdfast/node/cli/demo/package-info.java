/**
 * {@code holdfast demo}: real records through the public client, and a failure while it is watched.
 * May import: client, protocol.model, Jackson; node processes only through {@link
 * dev.holdfast.node.cli.demo.DemoNodes}.
 */
@NullMarked
package dev.holdfast.node.cli.demo;

import org.jspecify.annotations.NullMarked;

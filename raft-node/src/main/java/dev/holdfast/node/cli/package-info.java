/**
 * The command line (design section 14): parses, starts and stops node processes, reports.
 *
 * <p>Talks to nodes over their ports only, as any user could; what runs a node inside this process
 * is the {@link dev.holdfast.node.cli.NodeRunner} port.
 */
@NullMarked
package dev.holdfast.node.cli;

import org.jspecify.annotations.NullMarked;

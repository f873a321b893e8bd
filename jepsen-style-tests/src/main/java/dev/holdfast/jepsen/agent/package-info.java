/**
 * A Java agent for nodes of test clusters: it rewrites classes of the shipped jar as the node loads
 * them, so that one real mistake is made there (decision 0030).
 *
 * <ul>
 *   <li>Runs in the node's process. Knows the node's classes by their names alone, as this module
 *       never sees them; a name that has changed ends the node at once, so that no mistake is
 *       missing without anybody noticing.
 *   <li>Imports Byte Buddy and nothing of this module, so that the classes of this package are all
 *       of the agent's jar.
 * </ul>
 */
@NullMarked
package dev.holdfast.jepsen.agent;

import org.jspecify.annotations.NullMarked;

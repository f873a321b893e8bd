/** The agent, in this process. */
@NullMarked
package dev.holdfast.jepsen.agent;

import org.jspecify.annotations.NullMarked;

/** The command line as a user meets it: the launcher, processes, exit codes, output. */
@NullMarked
package dev.holdfast.jepsen.launcher;

import org.jspecify.annotations.NullMarked;

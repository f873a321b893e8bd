/**
 * What clients saw: operations with their calls and returns, recorded while a run goes on, written
 * as JSON lines and as EDN in Jepsen's form, and read again.
 *
 * <p>Imports the JDK and Jackson's streams.
 */
@NullMarked
package dev.holdfast.jepsen.history;

import org.jspecify.annotations.NullMarked;

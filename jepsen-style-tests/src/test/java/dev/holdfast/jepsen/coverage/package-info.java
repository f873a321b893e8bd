/**
 * The API model that AWS publishes in its SDK, beside what a node answers and our documents say.
 */
@NullMarked
package dev.holdfast.jepsen.coverage;

import org.jspecify.annotations.NullMarked;

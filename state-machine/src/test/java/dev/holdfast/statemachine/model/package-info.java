/**
 * Looks at every state of a small model of a protocol, nearest first. The models are in the
 * packages below: they know rules and nothing of the code. Which rule is in which, and what goes
 * wrong without it: docs/models.md.
 */
@NullMarked
package dev.holdfast.statemachine.model;

import org.jspecify.annotations.NullMarked;

/** The steps of transactions, rule by rule. */
@NullMarked
package dev.holdfast.statemachine.transaction;

import org.jspecify.annotations.NullMarked;

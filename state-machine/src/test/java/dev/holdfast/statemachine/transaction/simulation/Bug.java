package dev.holdfast.statemachine.transaction.simulation;

/** What clients and coordinators may do wrong on purpose, to see that it is noticed. */
enum Bug {
  /** A coordinator that has heard nothing takes that for a no (R4). */
  SILENCE_IS_NO,
  /** A reader does not ask after the intents it meets (R8). */
  NOBODY_ASKED,
  /** A read of several items believes its first round (R9). */
  SECOND_ROUND_SKIPPED,
  /** A read of several items compares only writers (R9). */
  VERSIONS_NOT_COMPARED
}

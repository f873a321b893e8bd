package dev.holdfast.statemachine.transaction.model;

/** A rule that the model breaks, to see that it matters. */
enum Flaw {
  NONE,
  /** No flaw: tokens say what has been carried out, and what was given up stays so at home. */
  ONLY_TOKENS_REMEMBERED,
  /** R1: two attempts at one transaction have one id, as if it were made from their token. */
  ID_OF_THE_TOKEN,
  /** R2: a decision is accepted whenever it comes. */
  DECISION_AFTER_THE_DEADLINE,
  /** R3: what is confirmed is forgotten at once. */
  CONFIRMED_RECORD_FORGOTTEN,
  /** R3: a record is forgotten by its age alone. */
  RECORD_FORGOTTEN_UNCONFIRMED,
  /** R4: a coordinator that waits for a decision gives up. */
  ABORT_AFTER_DECIDE,
  /** R5: a merge keeps only what the left partition knows of attempts. */
  ENDED_FORGOTTEN_IN_MERGE,
  /** R6: a participant does not know which attempts are over, nor which transactions it did. */
  ENDED_FORGOTTEN,
  /** R7: a Prepare puts its intent in another one's place. */
  PREPARED_OVER_AN_INTENT,
  /** R7: a decision writes below somebody's intent. */
  DECIDED_BELOW_AN_INTENT,
  /** R7: a plain writer does. */
  WRITTEN_BELOW_AN_INTENT,
  /** R8: a reader takes an intent for nothing. */
  READER_DOES_NOT_ASK,
  /** R8: a reader takes an intent for done. */
  READER_BELIEVES_INTENTS,
  /** R10: the halves of a split know no tokens. (One that does is enough: both are asked.) */
  TOKENS_FORGOTTEN_IN_SPLIT,
  /** Decision 0015: a refused decision leaves no record. */
  REFUSAL_NOT_RECORDED,
}

package dev.holdfast.jepsen.differential;

/**
 * Where transactions differ from those of DynamoDB Local on purpose; each has a row of its name in
 * docs/compatibility.md.
 */
enum TransactionDeviation {
  /** The constraints that the service declares of members, which DynamoDB Local words otherwise. */
  TRANSACTION_CONSTRAINT_WORDING,
  /** The service cancels for a key that lacks an attribute or has too many. */
  TRANSACTION_KEY_COUNT,
  /** The service says which types were expected and found. */
  TRANSACTION_TYPE_WORDING,
  /** The service cancels when an update does not fit the item that is there. */
  TRANSACTION_UPDATE_MISFIT,
  /** The service says of the table too that its units were of reads. */
  TRANSACTION_READ_CAPACITY,
  /** The service says more of a token that was used for something else. */
  TRANSACTION_TOKEN_WORDING,
  /** The service names the resource that is not found otherwise. */
  TRANSACTION_TABLE_WORDING
}

package dev.holdfast.jepsen.differential;

/**
 * Where statements of PartiQL are answered differently from DynamoDB Local on purpose; each has a
 * row of its name in docs/compatibility.md.
 */
enum PartiQlDeviation {
  /** The service says why a text is no statement, where DynamoDB Local repeats the text. */
  PARTIQL_SYNTAX_WORDING,
  /** The constraints that the service declares of members, which DynamoDB Local words otherwise. */
  PARTIQL_CONSTRAINT_WORDING,
  /** The service calls the exception DuplicateItemException. */
  PARTIQL_DUPLICATE_NAME,
  /** The service names the resource that is not found otherwise. */
  PARTIQL_TABLE_WORDING,
  /** The service does not repeat the name of an index that is not there. */
  PARTIQL_INDEX_WORDING,
  /** The service says which number under which name is out of range, and which set has twins. */
  PARTIQL_LITERAL_WORDING,
  /** The service returns the changed leaf, DynamoDB Local the whole attribute. */
  PARTIQL_MODIFIED_LEAF,
  /** An attribute is named by the end of its path; DynamoDB Local keeps what follows an index. */
  PARTIQL_SELECTED_PATH,
  /** The service reads no filter through an index that does not hold it. */
  PARTIQL_UNPROJECTED_FILTER,
  /** DynamoDB Local fails with 500, or finds nothing, for what is a right statement. */
  PARTIQL_LOCAL_FAILS,
  /** The service names what a SELECT of a batch must have. */
  PARTIQL_BATCH_SELECT_WORDING,
  /** What nobody can mean is refused: parameters left over, a token for a write or for another. */
  PARTIQL_STRICTER,
  /** The service says Attribute where DynamoDB Local says Variable reference. */
  PARTIQL_ORDER_WORDING,
  /** In the service nothing is less than what has another type, also of a partition key. */
  PARTIQL_BOUND_OF_ANOTHER_TYPE,
  /** The service cancels for keys that do not fit and tables that are not there, in its words. */
  PARTIQL_TRANSACTION_KEYS,
  /** The service cancels when an update does not fit the item that is there. */
  PARTIQL_UPDATE_MISFIT
}

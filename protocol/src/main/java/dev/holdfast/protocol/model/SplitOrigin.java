package dev.holdfast.protocol.model;

/** Why a partition is split, which says whether it may be merged again when it is cold. */
public enum SplitOrigin {
  /** It was hot or large: what burst of load has split, quiet may merge. */
  LOAD,
  /** Somebody wants it: it stays until somebody merges it. */
  OPERATOR
}

package dev.holdfast.protocol.model;

/** Which images of an item a stream's records show: DynamoDB's StreamViewType. */
public enum StreamView {
  KEYS_ONLY(false, false),
  NEW_IMAGE(false, true),
  OLD_IMAGE(true, false),
  NEW_AND_OLD_IMAGES(true, true);

  private final boolean showsBefore;
  private final boolean showsAfter;

  StreamView(boolean showsBefore, boolean showsAfter) {
    this.showsBefore = showsBefore;
    this.showsAfter = showsAfter;
  }

  /** Whether records show the item as it was. */
  public boolean showsBefore() {
    return showsBefore;
  }

  /** Whether records show the item as it became. */
  public boolean showsAfter() {
    return showsAfter;
  }
}

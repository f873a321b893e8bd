package dev.holdfast.jepsen.clients;

import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbBean;

/** A bean within another. */
@DynamoDbBean
public final class Cover {
  private String colour = "";
  private boolean lost;

  /** For the enhanced client. */
  public Cover() {}

  Cover(String colour, boolean lost) {
    this.colour = colour;
    this.lost = lost;
  }

  public String getColour() {
    return colour;
  }

  public void setColour(String colour) {
    this.colour = colour;
  }

  public boolean isLost() {
    return lost;
  }

  public void setLost(boolean lost) {
    this.lost = lost;
  }
}

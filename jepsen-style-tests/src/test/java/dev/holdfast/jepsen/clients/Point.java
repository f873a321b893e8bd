package dev.holdfast.jepsen.clients;

import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbImmutable;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbPartitionKey;

/** An immutable item as applications write them for the enhanced client. */
@DynamoDbImmutable(builder = Point.Builder.class)
public final class Point {
  private final String name;
  private final int x;

  private Point(Builder builder) {
    this.name = builder.name;
    this.x = builder.x;
  }

  public static Builder builder() {
    return new Builder();
  }

  @DynamoDbPartitionKey
  public String name() {
    return name;
  }

  public int x() {
    return x;
  }

  /** Makes a point. */
  public static final class Builder {
    private String name = "";
    private int x;

    public Builder name(String name) {
      this.name = name;
      return this;
    }

    public Builder x(int x) {
      this.x = x;
      return this;
    }

    public Point build() {
      return new Point(this);
    }
  }
}

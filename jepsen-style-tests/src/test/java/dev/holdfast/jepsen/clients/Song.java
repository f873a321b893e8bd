package dev.holdfast.jepsen.clients;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.enhanced.dynamodb.extensions.annotations.DynamoDbVersionAttribute;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbBean;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbPartitionKey;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbSortKey;

/** A bean as applications write them for the enhanced client. */
@DynamoDbBean
public final class Song {
  private String artist = "";
  private int year;
  private @Nullable Long version;
  private @Nullable Set<String> tags;
  private @Nullable Map<String, Long> plays;
  private @Nullable List<Double> takes;
  private @Nullable Instant recorded;
  private @Nullable Cover cover;

  @DynamoDbPartitionKey
  public String getArtist() {
    return artist;
  }

  public void setArtist(String artist) {
    this.artist = artist;
  }

  @DynamoDbSortKey
  public int getYear() {
    return year;
  }

  public void setYear(int year) {
    this.year = year;
  }

  @DynamoDbVersionAttribute
  public @Nullable Long getVersion() {
    return version;
  }

  public void setVersion(@Nullable Long version) {
    this.version = version;
  }

  public @Nullable Set<String> getTags() {
    return tags;
  }

  public void setTags(@Nullable Set<String> tags) {
    this.tags = tags;
  }

  public @Nullable Map<String, Long> getPlays() {
    return plays;
  }

  public void setPlays(@Nullable Map<String, Long> plays) {
    this.plays = plays;
  }

  public @Nullable List<Double> getTakes() {
    return takes;
  }

  public void setTakes(@Nullable List<Double> takes) {
    this.takes = takes;
  }

  public @Nullable Instant getRecorded() {
    return recorded;
  }

  public void setRecorded(@Nullable Instant recorded) {
    this.recorded = recorded;
  }

  public @Nullable Cover getCover() {
    return cover;
  }

  public void setCover(@Nullable Cover cover) {
    this.cover = cover;
  }
}

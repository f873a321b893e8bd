package dev.holdfast.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as a time at which an item expires. */
class TimeToLiveTest {
  private static final TimeToLive TIME_TO_LIVE = new TimeToLive("ttl", TimeToLive.State.ENABLED, 2);

  private static Item item(String attribute, EncodedValue value) {
    TreeMap<String, EncodedValue> attributes = new TreeMap<>();
    attributes.put("pk", EncodedValue.ofString("a"));
    attributes.put(attribute, value);
    return Item.ofEncoded(attributes);
  }

  private static long second(String number) {
    return TIME_TO_LIVE.expirySecond(item("ttl", EncodedValue.ofNumber(new BigDecimal(number))));
  }

  @ParameterizedTest
  @CsvSource({
    "1700000000, 1700000000",
    "17E8, 1700000000",
    "1700000000.1, 1700000001",
    "1699999999.9999999, 1700000000",
    "0.001, 1",
    "999999999999999999, 999999999999999999",
    "1, 1"
  })
  void anItemExpiresAtTheFirstWholeSecondAfterItsTime(String number, long second) {
    assertThat(second(number)).isEqualTo(second);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "-1700000000", "1E18", "1E125", "-1E-130"})
  void whatIsNoTimeNeverComes(String number) {
    assertThat(second(number)).isEqualTo(TimeToLive.NEVER);
  }

  @Test
  void onlyNumbersCount() {
    assertThat(TIME_TO_LIVE.expirySecond(item("ttl", EncodedValue.ofString("1700000000"))))
        .isEqualTo(TimeToLive.NEVER);
    assertThat(TIME_TO_LIVE.expirySecond(item("other", EncodedValue.ofNumber(1_700_000_000))))
        .isEqualTo(TimeToLive.NEVER);
    assertThat(TIME_TO_LIVE.expirySecond(null)).isEqualTo(TimeToLive.NEVER);
  }

  @Test
  void whatExpiredMoreThanFiveYearsAgoStays() {
    assertThat(TimeToLive.earliestDue(1_700_000_000L)).isEqualTo(1_700_000_000L - 157_680_000L);
  }
}

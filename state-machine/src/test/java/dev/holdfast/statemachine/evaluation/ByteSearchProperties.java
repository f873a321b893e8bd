package dev.holdfast.statemachine.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.Bytes;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;

class ByteSearchProperties {
  @Property(tries = 3000)
  void findsWhatTheJdkFinds(
      @ForAll @CharRange(from = 'a', to = 'b') @StringLength(max = 30) String whole,
      @ForAll @CharRange(from = 'a', to = 'b') @StringLength(max = 6) String part) {
    assertThat(ByteSearch.contains(Bytes.utf8(whole), Bytes.utf8(part)))
        .isEqualTo(whole.contains(part));
  }

  /** A search that begins anew at each byte would compare forty thousand million of them. */
  @Example
  void whatNearlyMatchesEverywhereIsSearchedOnce() {
    Bytes whole = Bytes.utf8("a".repeat(400_000));

    assertThat(ByteSearch.contains(whole, Bytes.utf8("a".repeat(200_000) + "b"))).isFalse();
    assertThat(ByteSearch.contains(whole, Bytes.utf8("a".repeat(200_000)))).isTrue();
  }
}

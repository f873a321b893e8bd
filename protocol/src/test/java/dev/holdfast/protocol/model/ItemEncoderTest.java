package dev.holdfast.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ItemEncoderTest {
  private final ItemEncoder encoder = new ItemEncoder();

  @Test
  void anEncoderIsReusedAfterFinishingAndAfterFailing() {
    Item first = encoder.name("b").string("x").name("a").number("1").finish();
    encoder.name("a").beginSet(AttributeType.SS);
    assertThatThrownBy(encoder::endSet).hasMessageContaining("may not be empty");

    Item second = encoder.beginItem().name("a").number("1").name("b").string("x").finish();

    assertThat(second).isEqualTo(first);
  }

  @Test
  void aWholeValueIsCopiedWherePartsWouldStand() {
    EncodedValue list = encoder.beginValue().beginList().nul().bool(true).endList().finishValue();
    EncodedValue one = EncodedValue.ofNumber(1);

    encoder.name("list").value(list).name("set").beginSet(AttributeType.NS).value(one).endSet();
    Item item = encoder.finish();

    assertThat(item.attribute("list")).isEqualTo(list);
    assertThat(item.attribute("set"))
        .isEqualTo(AttributeValue.ns(java.math.BigDecimal.ONE).encode());
    assertThat(Item.checked(item.bytes())).isEqualTo(item);
  }

  @Test
  void copiedValuesCountTowardsTheDepthLimit() {
    encoder.beginValue();
    for (int i = 0; i < ItemEncoder.DEPTH_MAX; i++) {
      encoder.beginList();
    }
    for (int i = 0; i < ItemEncoder.DEPTH_MAX; i++) {
      encoder.endList();
    }
    EncodedValue deepest = encoder.finishValue();

    assertThat(EncodedValue.checked(deepest.bytes()).depth()).isEqualTo(ItemEncoder.DEPTH_MAX);
    assertThat(encoder.name("a").value(deepest).finish().attribute("a")).isEqualTo(deepest);
    encoder.name("a").beginMap().name("b");
    assertThatThrownBy(() -> encoder.value(deepest)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aWrongSequenceOfCallsIsRefused() {
    assertThatThrownBy(encoder::nul).isInstanceOf(IllegalStateException.class);
    encoder.name("a");
    assertThatThrownBy(encoder::finish).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> encoder.name("b")).isInstanceOf(IllegalStateException.class);
    encoder.beginSet(AttributeType.SS);
    assertThatThrownBy(() -> encoder.number("1")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(encoder::endMap).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aLoneSurrogateBecomesAQuestionMark() {
    assertThat(encoder.beginValue().string("a\ud800b").finishValue())
        .isEqualTo(EncodedValue.ofString("a?b"));
  }

  @Test
  void manySetElementsInReverseAreSortedAndCounted() {
    encoder.beginValue().beginSet(AttributeType.NS);
    for (int i = 300; i > 0; i--) {
      encoder.number(Integer.toString(i));
    }
    EncodedValue set = encoder.endSet().finishValue();

    assertThat(EncodedValue.checked(set.bytes()).elementCount()).isEqualTo(300);
    assertThat(set.containsElement(EncodedValue.ofNumber(300))).isTrue();
    assertThat(set.containsElement(EncodedValue.ofNumber(301))).isFalse();
  }
}

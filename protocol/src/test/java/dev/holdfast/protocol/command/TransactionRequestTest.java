package dev.holdfast.protocol.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.TableId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TransactionRequestTest {
  /** R10: all attempts at it, through whichever node, are known by one token. */
  @Test
  void aRequestWithoutATokenIsKnownByItsId() {
    ClientToken own = request(7, null).tokenOrOwn();

    assertThat(own).isEqualTo(request(7, null).tokenOrOwn());
    assertThat(own).isNotEqualTo(request(8, null).tokenOrOwn());
    assertThat(own.text()).isEqualTo("#00000000000000070000000000000001");
  }

  @Test
  void aTokenOfTheClientIsKept() {
    ClientToken token = new ClientToken("t", Bytes.wrap(new byte[ClientToken.HASH_BYTES]));

    assertThat(request(7, token).tokenOrOwn()).isEqualTo(token);
  }

  private static TransactionRequest request(long id, @Nullable ClientToken token) {
    Item key = Item.of(new TreeMap<>(Map.of("k", new AttributeValue.S("a"))));
    Command.Delete delete =
        new Command.Delete(
            new TableRef(new TableId(1), 1), key, null, ReturnValues.NONE, ReturnOnFailure.NONE);
    TransactionAction action = new TransactionAction.Write(delete);
    return new TransactionRequest(
        new RequestId(id, 1), token, List.of(new TransactionRequest.Part("t", action)));
  }
}

package dev.holdfast.client;

import dev.holdfast.protocol.codec.RpcCodec;
import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.command.TransactionRequest.Part;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.rpc.NodeRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What a transaction looks like on its way, and what of it a user's token stands for. */
final class TransactionTokens {
  private static final String HASH = "SHA-256";
  private static final RequestId ANY = new RequestId(1, 1);

  private TransactionTokens() {}

  static TableDescriptor table(Map<String, TableDescriptor> tables, String name) {
    TableDescriptor table = tables.get(name);
    if (table == null) {
      throw new HoldfastException.TableNotFoundException(name);
    }
    return table;
  }

  static List<Part> parts(
      List<TransactionStep> steps,
      Map<String, TableDescriptor> tables,
      Function<TableDescriptor, TableRef> refs) {
    List<Part> parts = new ArrayList<>();
    for (TransactionStep step : steps) {
      TableDescriptor table = table(tables, step.table());
      parts.add(new Part(step.table(), step.maker().of(refs.apply(table), table.keySchema())));
    }
    return parts;
  }

  /**
   * A token with the hash of what it stands for, which is the same in every process and whatever
   * settings of the tables have changed in between.
   */
  static ClientToken token(
      String text, List<TransactionStep> steps, Map<String, TableDescriptor> tables) {
    List<Part> parts = parts(steps, tables, table -> new TableRef(table.id(), 0));
    NodeRequest request = new NodeRequest.Transact(new TransactionRequest(ANY, null, parts), 0);
    Bytes bytes = RpcCodec.encode(request);
    try {
      MessageDigest digest = MessageDigest.getInstance(HASH);
      digest.update(bytes.asReadOnlyBuffer());
      return new ClientToken(
          text, Bytes.wrap(Arrays.copyOf(digest.digest(), ClientToken.HASH_BYTES)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + HASH, e);
    }
  }
}

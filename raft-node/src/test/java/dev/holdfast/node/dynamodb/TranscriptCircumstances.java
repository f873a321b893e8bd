package dev.holdfast.node.dynamodb;

import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.rpc.StoreException;

/**
 * What is special about one request of a transcript:
 *
 * <pre>
 * ~ without Host              no such header
 * ~ with Host: example        another one
 * ~ by GET /                  another method and target
 * ~ the store says CLASS TEXT a failure of one of the classes of {@link StoreException}, or another
 * ~ the store rejects NAME    the rejection of this name, for a write or a transaction
 * ~ the table is changed 9 times   while writes to it are under way
 * </pre>
 */
final class TranscriptCircumstances {
  private final ApiOverReplica api;

  TranscriptCircumstances(ApiOverReplica api) {
    this.api = api;
  }

  void prepare(String circumstance) {
    String[] words = circumstance.split(" ");
    if (words[0].equals("without")) {
      api.setHeader(words[1], null);
    } else if (words[0].equals("with")) {
      String[] header = circumstance.substring("with ".length()).split(": ", 2);
      api.setHeader(header[0], header[1]);
    } else if (words[0].equals("by")) {
      api.setRequestLine(words[1], words[2]);
    } else if (circumstance.startsWith("the store says ")) {
      String[] said = circumstance.substring("the store says ".length()).split(" ", 2);
      api.store().failWith(failure(said[0], said[1]));
    } else if (circumstance.startsWith("the store rejects ")) {
      api.store().rejectWith(rejection(words[3]));
    } else if (circumstance.startsWith("the table is changed ")) {
      api.store().beStale(Integer.parseInt(words[4]));
    } else {
      throw new IllegalArgumentException("unknown circumstance: " + circumstance);
    }
  }

  /** After the request everything is as usual. */
  void restore() {
    api.store().failWith(null);
    api.store().beStale(0);
    api.resetCall();
  }

  private static RuntimeException failure(String type, String text) {
    return switch (type) {
      case "InvalidRequest" -> new StoreException.InvalidRequestException(text);
      case "Throttled" -> new StoreException.ThrottledException(text);
      case "Unavailable" ->
          new StoreException.UnavailableException(StoreException.Reason.NOT_READY, text);
      case "Indeterminate" -> new StoreException.IndeterminateException(text, null);
      case "Broken" -> new IllegalStateException(text);
      default -> throw new IllegalArgumentException("unknown class of failures: " + type);
    };
  }

  private static Rejection rejection(String name) {
    return switch (name) {
      case "CollectionTooLarge" -> new Rejection.CollectionTooLarge();
      case "Indeterminate" -> new Rejection.Indeterminate();
      case "TokenMismatch" -> new Rejection.TokenMismatch();
      case "TransactionInProgress" -> new Rejection.TransactionInProgress();
      case "LedgerFull" -> new Rejection.LedgerFull();
      case "WrongPartition" -> new Rejection.WrongPartition();
      default -> throw new IllegalArgumentException("unknown rejection: " + name);
    };
  }
}

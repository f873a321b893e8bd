package dev.holdfast.node.transaction;

import dev.holdfast.client.routing.TransactionSteps;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionGet;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the routing keys of what a transaction is about. They are never taken from whoever asks: a
 * transaction whose keys lead elsewhere would leave intents that nobody confirms.
 */
final class Keying {
  private static final String SAME_ITEM_TWICE =
      "Transaction request cannot include multiple operations on one item";
  private static final String NOT_A_KEY = "The provided key element does not match the schema";

  /**
   * What was asked for, in order.
   *
   * @param rejection why not; null when everything has its key
   */
  record Keyed<T>(List<T> things, @Nullable Rejection rejection) {}

  private record Wanted(String tableName, TableRef table, Item keyOrItem) {}

  private final TransactionSteps steps;

  Keying(TransactionSteps steps) {
    this.steps = steps;
  }

  CompletableFuture<Keyed<KeyedAction>> actions(TransactionRequest transaction) {
    List<Wanted> wanted = new ArrayList<>();
    for (TransactionRequest.Part part : transaction.parts()) {
      TransactionAction action = part.action();
      wanted.add(new Wanted(part.tableName(), action.table(), action.keyOrItem()));
    }
    return keyed(
        wanted,
        keys -> {
          List<KeyedAction> actions = new ArrayList<>();
          for (int i = 0; i < keys.size(); i++) {
            actions.add(new KeyedAction(i, keys.get(i), transaction.parts().get(i).action()));
          }
          return actions;
        });
  }

  CompletableFuture<Keyed<KeyedGet>> gets(List<TransactionGet> gets) {
    if (gets.isEmpty() || gets.size() > TransactionRequest.ACTION_COUNT_MAX) {
      throw new IllegalArgumentException(gets.size() + " items");
    }
    List<Wanted> wanted =
        gets.stream()
            .map(get -> new Wanted(get.tableName(), get.get().table(), get.get().key()))
            .toList();
    return keyed(
        wanted,
        keys -> {
          List<KeyedGet> found = new ArrayList<>();
          for (int i = 0; i < keys.size(); i++) {
            found.add(new KeyedGet(i, keys.get(i), gets.get(i).get()));
          }
          return found;
        });
  }

  private <T> CompletableFuture<Keyed<T>> keyed(
      List<Wanted> wanted, Function<List<Bytes>, List<T>> things) {
    Map<String, CompletableFuture<Optional<TableDescriptor>>> lookups = new LinkedHashMap<>();
    wanted.forEach(each -> lookups.computeIfAbsent(each.tableName(), steps::table));
    return CompletableFuture.allOf(lookups.values().toArray(CompletableFuture[]::new))
        .thenApply(
            all -> {
              Map<String, Optional<TableDescriptor>> tables = new HashMap<>();
              lookups.forEach((name, lookup) -> tables.put(name, lookup.join()));
              List<Bytes> keys = new ArrayList<>(wanted.size());
              Rejection rejection = keys(wanted, tables, keys);
              return rejection == null
                  ? new Keyed<>(things.apply(keys), null)
                  : new Keyed<>(List.of(), rejection);
            });
  }

  private static @Nullable Rejection keys(
      List<Wanted> wanted, Map<String, Optional<TableDescriptor>> tables, List<Bytes> keys) {
    Set<Bytes> seen = new HashSet<>();
    for (Wanted each : wanted) {
      TableDescriptor table = Objects.requireNonNull(tables.get(each.tableName())).orElse(null);
      if (table == null) {
        return new Rejection.TableNotFound(each.tableName());
      }
      if (!table.id().equals(each.table().id())) {
        return new Rejection.StaleTable(each.table().id());
      }
      Bytes key;
      try {
        key = KeyEncoding.routingKey(table.id(), table.keySchema(), each.keyOrItem());
      } catch (IllegalArgumentException e) {
        return new Rejection.Invalid(NOT_A_KEY);
      }
      if (!seen.add(key)) {
        return new Rejection.Invalid(SAME_ITEM_TWICE);
      }
      keys.add(key);
    }
    return null;
  }
}

package dev.holdfast.client;

import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Paging.Order;
import dev.holdfast.protocol.command.Read.Output;
import dev.holdfast.protocol.expression.Projection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What queries and scans have in common.
 *
 * @param index a local index; null for the table
 * @param paths what to return of each item; empty for all
 * @param pageSize the most items to look at for a page
 * @param start the key after which to go on; null for the beginning
 */
record Selection(
    @Nullable String index,
    @Nullable Condition filter,
    List<String> paths,
    int pageSize,
    @Nullable Document start) {
  static final Selection ALL = new Selection(null, null, List.of(), Integer.MAX_VALUE, null);

  Selection withIndex(String name) {
    return new Selection(name, filter, paths, pageSize, start);
  }

  Selection withFilter(Condition condition) {
    return new Selection(index, condition, paths, pageSize, start);
  }

  Selection withPaths(List<String> newPaths) {
    return new Selection(index, filter, newPaths, pageSize, start);
  }

  Selection withPageSize(int itemCountMax) {
    return new Selection(index, filter, paths, itemCountMax, start);
  }

  Selection withStart(@Nullable Document key) {
    return new Selection(index, filter, paths, pageSize, key);
  }

  Paging paging(Order order) {
    return new Paging(
        start == null ? null : start.toItem(), order, pageSize, Paging.PAGE_BYTES_MAX);
  }

  dev.holdfast.protocol.expression.@Nullable Condition filterTree() {
    return filter == null ? null : filter.tree();
  }

  Projection projection() {
    return paths.isEmpty()
        ? Projection.ALL
        : new Projection(paths.stream().map(Paths::parse).toList());
  }

  Output output() {
    return index != null && paths.isEmpty()
        ? new Output.Projected()
        : new Output.Items(projection());
  }
}

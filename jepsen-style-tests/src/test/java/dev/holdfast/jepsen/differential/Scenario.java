package dev.holdfast.jepsen.differential;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;

/** A table and what is done to it. */
record Scenario(TableShape table, List<Request> requests) {

  /** Every operation on items, on tables of every shape. */
  static Arbitrary<Scenario> ofItems(int requestCount) {
    return TableShape.any()
        .flatMap(
            table ->
                itemRequests(table)
                    .list()
                    .ofMaxSize(requestCount)
                    .withSizeDistribution(RandomDistribution.uniform())
                    .map(requests -> new Scenario(table, requests)));
  }

  private static Arbitrary<Request> itemRequests(TableShape table) {
    ItemRequests items = new ItemRequests(table);
    ReadRequests reads = new ReadRequests(table);
    LegacyRequests legacy = new LegacyRequests(table);
    return Arbitraries.frequencyOf(
        Tuple.of(6, items.puts()),
        Tuple.of(6, items.updates()),
        Tuple.of(2, items.deletes()),
        Tuple.of(2, items.gets()),
        Tuple.of(4, reads.queries()),
        Tuple.of(2, reads.scans()),
        Tuple.of(1, items.batchWrites()),
        Tuple.of(1, items.batchGets()),
        Tuple.of(10, legacy.any()));
  }

  @Override
  public String toString() {
    return requests.stream().map(Request::toString).collect(Collectors.joining("\n  ", "  ", ""));
  }
}

package dev.holdfast.statemachine.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.RequestId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class RequestIndexProperties {
  @Property(tries = 30)
  void knowsExactlyTheIdsThatWereAddedAndNotRemoved(@ForAll long seed) {
    Random random = new Random(seed);
    RequestIndex index = new RequestIndex();
    ArrayDeque<RequestId> queue = new ArrayDeque<>();
    Map<RequestId, Long> model = new HashMap<>();
    for (int step = 0; step < 6_000; step++) {
      RequestId id = new RequestId(random.nextInt(64), random.nextInt(128));
      if (random.nextInt(3) > 0 && !model.containsKey(id)) {
        index.add(id, step);
        queue.add(id);
        model.put(id, (long) step);
      } else if (!queue.isEmpty()) {
        int count = Math.min(queue.size(), random.nextInt(3));
        index.removeOldest(count);
        for (int i = 0; i < count; i++) {
          model.remove(queue.remove());
        }
      }
      RequestId probe = new RequestId(random.nextInt(64), random.nextInt(128));
      assertThat(index.entryOf(probe)).isEqualTo(model.getOrDefault(probe, RequestIndex.ABSENT));
    }
    assertThat(index.size()).isEqualTo(model.size());
    model.forEach((id, entry) -> assertThat(index.entryOf(id)).isEqualTo(entry));
  }
}

package dev.holdfast.jepsen.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Clients of which it is known how many calls were answered: proof that they got through. */
public final class CountedClients implements Clients {
  private final Clients clients;
  private final LongAdder answers = new LongAdder();

  public CountedClients(Clients clients) {
    this.clients = clients;
  }

  /** Calls that have not failed until now. */
  public long answers() {
    return answers.sum();
  }

  @Override
  public int nodeCount() {
    return clients.nodeCount();
  }

  @Override
  public Store open(int node) {
    return new CountedStore(clients.open(node));
  }

  @Override
  public Store openSession(int node, String token) {
    return new CountedStore(clients.openSession(node, token));
  }

  @Override
  public void rest(long nanos) {
    clients.rest(nanos);
  }

  private <T> T counted(T answer) {
    answers.increment();
    return answer;
  }

  private final class CountedStore implements Store {
    private final Store store;

    CountedStore(Store store) {
      this.store = store;
    }

    @Override
    public void createTable(String table, Shape shape) {
      store.createTable(table, shape);
      answers.increment();
    }

    @Override
    public void deleteTable(String table) {
      store.deleteTable(table);
      answers.increment();
    }

    @Override
    public Content get(Cell cell, Level level) {
      return counted(store.get(cell, level));
    }

    @Override
    public Answer change(Change change) {
      return counted(store.change(change));
    }

    @Override
    public Map<Cell, Content> getTogether(Collection<Cell> cells) {
      return counted(store.getTogether(cells));
    }

    @Override
    public boolean changeTogether(List<Change> changes) {
      return counted(store.changeTogether(changes));
    }

    @Override
    public Page scan(String table, int limit, @Nullable Cell after) {
      return counted(store.scan(table, limit, after));
    }

    @Override
    public Page query(String table, String key, int limit, @Nullable Cell after) {
      return counted(store.query(table, key, limit, after));
    }

    /** Not counted. */
    @Override
    public FollowedTables followed() {
      return store.followed();
    }

    @Override
    public String sessionToken() {
      return store.sessionToken();
    }

    @Override
    public void close() {
      store.close();
    }
  }
}

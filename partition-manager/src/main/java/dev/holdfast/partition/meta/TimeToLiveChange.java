package dev.holdfast.partition.meta;

import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.model.Followers;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TimeToLive;
import dev.holdfast.protocol.model.TimeToLive.State;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the items of a table begin to expire, or cease to. Messages are the service's, and so is that
 * what the request says is judged before when it comes, and that any attribute will do, one of the
 * key, too. Source: scylladb/scylladb, test/alternator/test_ttl.py, and answers of the service.
 */
final class TimeToLiveChange {
  private final TableDescriptor table;
  private final MetaCommand.ChangeTimeToLive change;

  TimeToLiveChange(TableDescriptor table, MetaCommand.ChangeTimeToLive change) {
    this.table = table;
    this.change = change;
  }

  /** What is wrong with the change. */
  Optional<Rejection> objection() {
    TimeToLive now = table.expiry();
    if (now == null && !change.enabled()) {
      return invalid("TimeToLive is already disabled");
    }
    if (now != null && !now.attribute().equals(change.attribute())) {
      return invalid(
          "TimeToLive is active on a different AttributeName: current AttributeName is "
              + now.attribute());
    }
    if (now != null && change.enabled()) {
      return invalid("TimeToLive is already enabled");
    }
    // The service refuses it for half an hour or so, we do as long as there is something to do.
    TimeToLive last = table.followers().timeToLive();
    return last != null && last.isChanging()
        ? invalid("Time to live has been modified multiple times within a fixed interval")
        : Optional.empty();
  }

  private static Optional<Rejection> invalid(String message) {
    return Optional.of(new Rejection.Invalid(message));
  }

  /** The table from now on. */
  TableDescriptor changed() {
    Followers followers = table.followers();
    @Nullable TimeToLive now = followers.timeToLive();
    return table.withFollowers(
        followers.withTimeToLive(
            change.enabled() || now == null
                ? new TimeToLive(change.attribute(), State.ENABLING, table.version() + 1)
                : now.withState(State.DISABLING)));
  }

  /** The table when all partitions are done with the change that it is in. */
  static TableDescriptor settled(TableDescriptor table) {
    TimeToLive last = table.followers().timeToLive();
    return table.withTimeToLive(
        last == null || !last.isOn() ? null : last.withState(State.ENABLED));
  }
}

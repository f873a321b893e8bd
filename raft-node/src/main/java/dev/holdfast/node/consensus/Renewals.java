package dev.holdfast.node.consensus;

import dev.holdfast.protocol.command.Command;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The lease renewal under way, shared by the reads that wait for it. Thread-safe. */
final class Renewals {
  private final boolean leases;
  private final Function<Command, PendingWrite> newWrite;
  private final Consumer<PendingWrite> propose;
  private @Nullable PendingWrite current;

  /**
   * @param leases whether a renewal helps reads that come after its submission; false for D = 0
   */
  Renewals(
      boolean leases, Function<Command, PendingWrite> newWrite, Consumer<PendingWrite> propose) {
    this.leases = leases;
    this.newWrite = newWrite;
    this.propose = propose;
  }

  /**
   * A renewal that this caller may use: without leases only one that is submitted from now on, as
   * its entry then orders the read in the log.
   */
  CompletableFuture<PendingWrite.Outcome> join() {
    PendingWrite renewal;
    synchronized (this) {
      PendingWrite present = current;
      if (present != null && !present.future().isDone() && (leases || !present.isTaken())) {
        return present.future();
      }
      renewal = newWrite.apply(new Command.RenewLease());
      current = renewal;
    }
    propose.accept(renewal);
    return renewal.future();
  }
}

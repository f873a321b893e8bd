package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import dev.holdfast.statemachine.spi.ApplyContext;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the Raft groups of children, one after the other, on a thread of its own (replication.md
 * S2, S4), on which replicas leave, too. On the node that led the parent the child asks for votes
 * as soon as another node has it.
 */
final class Births implements Children, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Births.class);

  /** A split follows at once, or not at all. Ratis's own timers do not ask for votes before. */
  private static final long EXPECTING_SECONDS = 20;

  /** Nobody waits for it any longer, and births do. */
  private static final long PREPARING_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

  /** Who leads the parent of a child that is born here. */
  enum Origin {
    LED_HERE,
    LED_ELSEWHERE
  }

  private final RaftHost host;
  private final ConsensusWorld world;
  private final Map<PartitionId, Replica> replicas;
  private final Map<PartitionId, Origin> origins = new ConcurrentHashMap<>();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread births = new Thread(task, "births");
            births.setDaemon(true);
            return births;
          });

  Births(RaftHost host, ConsensusWorld world, Map<PartitionId, Replica> replicas) {
    this.host = host;
    this.world = world;
    this.replicas = replicas;
  }

  @Override
  public void born(ReplicaStateMachine parent, SplitOperation operation, boolean mayAnswerAtOnce) {
    ClusterMap.Partition child = operation.right();
    if (replicas.containsKey(child.id()) || !child.replicas().contains(host.node())) {
      return; // the split was replayed, or made before this node was a member
    }
    Origin origin = mayAnswerAtOnce ? Origin.LED_HERE : Origin.LED_ELSEWHERE;
    origins.put(child.id(), origin);
    try {
      thread.execute(() -> start(parent, operation));
    } catch (RejectedExecutionException e) {
      log.debug("partition={} is started with the node", child.id()); // it is stopping
    }
  }

  /**
   * Gets ready for a split that this node's replica of the parent is about to make: what the parent
   * has not written out yet it would write out while everybody waits, and the child's group would
   * be opened then. Completes when that is done; does nothing unless the parent is as the split
   * expects it.
   */
  CompletableFuture<Void> prepare(SplitOperation operation) {
    long askedNanos = world.clock().monotonicNanos();
    return CompletableFuture.runAsync(
        () -> {
          PartitionId child = operation.child();
          Replica parent = replicas.get(operation.parent().id());
          if (parent == null
              || world.clock().monotonicNanos() - askedNanos > PREPARING_NANOS_MAX
              || !operation.right().replicas().contains(host.node())
              || !parent.machine().isHolding(operation.parent())) {
            return;
          }
          try {
            host.expect(operation.right());
            ScheduledFuture<?> unused =
                world
                    .executor()
                    .schedule(() -> expectNoMore(child), EXPECTING_SECONDS, TimeUnit.SECONDS);
            parent.machine().flush();
          } catch (IOException e) {
            throw new UnavailableException(
                Reason.NOT_READY, "cannot prepare " + child + ": " + e.getMessage());
          }
        },
        thread);
  }

  /** The split was refused, or the parent has changed since. */
  private void expectNoMore(PartitionId child) {
    try {
      thread.execute(
          () -> {
            try {
              host.expectNoMore(child);
            } catch (IOException | RuntimeException e) {
              log.warn("partition={} is still expected: {}", child, e.toString());
            }
          });
    } catch (RejectedExecutionException e) {
      log.debug("partition={} is not expected by the next start", child); // it is stopping
    }
  }

  /** S2: only when the split cannot be lost any more may the child go on by itself. */
  private void start(ReplicaStateMachine parent, SplitOperation operation) {
    ClusterMap.Partition child = operation.right();
    long begunNanos = world.clock().monotonicNanos();
    try {
      parent.flush();
      if (!host.isHosted(child.id())
          && !host.isBeingBorn(child.id())
          && !host.hasEverLeft(child.id())) {
        throw new IOException("its seed is missing"); // without it, it would be an empty voter
      }
      if (!host.add(child)) {
        log.info("partition={} has left this node since it was born", child.id());
        return;
      }
      log.info(
          "partition={} was born of {}, joined its group in {} ms",
          child.id(),
          operation.parent().id(),
          TimeUnit.NANOSECONDS.toMillis(world.clock().monotonicNanos() - begunNanos));
    } catch (IOException | RuntimeException e) {
      if (!thread.isShutdown() && !host.damaged().containsKey(child.id())) {
        throw world.faults().fault("partition=" + child.id() + " cannot be started", e);
      }
    }
  }

  /** Joins a group without any state. */
  CompletableFuture<Void> join(ClusterMap.Partition partition) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            if (host.isBeingBorn(partition.id())) { // S2: the parent is flushed first
              throw new UnavailableException(
                  Reason.NOT_READY, partition.id() + " is being born of a split here");
            }
            if (!host.add(partition)) {
              throw new UnavailableException(
                  Reason.NOT_HOSTED, partition.id() + " has left this node at a later epoch");
            }
            if (!host.isHosted(partition.id())) {
              throw new UnavailableException(
                  Reason.NOT_READY, "the replica of " + partition.id() + " here is damaged");
            }
          } catch (IOException e) {
            throw new UnavailableException(
                Reason.NOT_READY, "cannot join " + partition.id() + ": " + e.getMessage());
          }
        },
        thread);
  }

  /**
   * Joins a group as a listener without any state. A replica that was here before the epoch goes
   * first: the group has gone on without it (replication.md C1).
   *
   * @param stop ends the use of that replica
   */
  CompletableFuture<Void> listen(ClusterMap.Partition partition, long epoch, Runnable stop) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            if (host.isHere(partition.id()) && host.joinedAt(partition.id()) < epoch) {
              stop.run();
              host.remove(partition.id(), epoch - 1);
            }
            if (!host.addListener(partition, epoch)) {
              throw new UnavailableException(
                  Reason.NOT_HOSTED, partition.id() + " has left this node at a later epoch");
            }
          } catch (IOException e) {
            throw new UnavailableException(
                Reason.NOT_READY, "cannot join " + partition.id() + ": " + e.getMessage());
          }
        },
        thread);
  }

  /** Leaves a group, unless this node's replica joined it at the epoch or later. */
  CompletableFuture<Void> leaveIfOlder(PartitionId partition, long epoch, Runnable stop) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            if (host.isHere(partition) && isOlder(partition, epoch)) {
              stop.run();
              host.remove(partition, epoch - 1);
            }
          } catch (IOException e) {
            throw new UnavailableException(
                Reason.NOT_READY, "cannot leave " + partition + ": " + e.getMessage());
          }
        },
        thread);
  }

  /**
   * Whether it joined before, or at that epoch, and is damaged: then the move that would have added
   * it was given up.
   */
  private boolean isOlder(PartitionId partition, long epoch) throws IOException {
    long joined = host.joinedAt(partition);
    return joined < epoch || (joined == epoch && host.damaged().containsKey(partition));
  }

  /**
   * Leaves a group for ever, with all that its replica has on disk. Idempotent.
   *
   * @param epoch see {@link RaftHost#remove}
   * @param stop ends the use of the replica, which is closed afterwards
   */
  CompletableFuture<Void> leave(PartitionId partition, long epoch, Runnable stop) {
    return CompletableFuture.runAsync(
        () -> {
          stop.run();
          try {
            host.remove(partition, epoch);
          } catch (IOException e) {
            throw new UnavailableException(
                Reason.NOT_READY, "cannot leave " + partition + ": " + e.getMessage());
          }
        },
        thread);
  }

  @Override
  public void reopen(PartitionId partition) {
    try {
      thread.execute(
          () -> {
            Replica stopped = replicas.remove(partition);
            if (stopped == null) {
              return; // it was removed meanwhile
            }
            stopped.ending().leave();
            try {
              host.reopen(partition);
            } catch (IOException | RuntimeException e) {
              if (!thread.isShutdown() && !host.damaged().containsKey(partition)) {
                throw world.faults().fault("partition=" + partition + " cannot be reopened", e);
              }
            }
          });
    } catch (RejectedExecutionException e) {
      log.debug("partition={} is opened with the node", partition); // it is stopping
    }
  }

  @Override
  public boolean setAside(Replica damaged, Collection<NodeId> members, String reason) {
    PartitionId partition = damaged.partition();
    if (!host.setAside(partition, members, reason)) {
      return false;
    }
    try {
      thread.execute(
          () -> {
            replicas.remove(partition, damaged);
            damaged.ending().leave();
            host.shutOut(partition);
          });
    } catch (RejectedExecutionException e) {
      log.debug("partition={} ends with the node", partition);
    }
    return true;
  }

  /** Called before a replica has a say in its group. */
  void joining(Replica replica) {
    Origin origin = origins.remove(replica.partition());
    if (origin != null) {
      replica.born(origin);
    }
  }

  /** Called when it has. Other nodes may not have the child yet: {@link VoteCalls} ask again. */
  void joined(Replica replica) {
    RaftMember member = replica.member();
    if (replica.isBornHere() && member != null) {
      try {
        member.startElection();
      } catch (IOException | RuntimeException e) {
        log.debug("partition={} waits for its election: {}", replica.partition(), e.toString());
      }
    }
  }

  @Override
  public boolean isSettled(PartitionId child) {
    Replica replica = replicas.get(child);
    return replica == null
        ? host.hasEverLeft(child) // it was, or nobody could have removed it
        : replica.appliedIndex() > ApplyContext.SEED.index();
  }

  @Override
  public @Nullable ReplicaStateMachine machineOf(PartitionId partition) {
    Replica replica = replicas.get(partition);
    return replica == null ? null : replica.machine();
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}

package dev.holdfast.node.consensus;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.apache.ratis.server.RaftServer;

/**
 * Begins and ends the elections of Ratis 3.3.0 when we say so. Its own timers do it, too, but only
 * after many seconds (decision 0026), and it offers no other way but reflection.
 */
final class Elections {
  private static final String DIVISION = "org.apache.ratis.server.impl.RaftServerImpl";
  private static final Method CHANGE_TO_CANDIDATE = method("changeToCandidate", boolean.class);
  private static final Method CHANGE_TO_FOLLOWER =
      method("changeToFollowerAndPersistMetadata", long.class, boolean.class, Object.class);

  private Elections() {}

  private static Method method(String name, Class<?>... parameters) {
    try {
      Method method = Class.forName(DIVISION).getDeclaredMethod(name, parameters);
      method.setAccessible(true);
      return method;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this is not the Ratis that we know", e);
    }
  }

  /**
   * Fails unless this is the Ratis that we know.
   *
   * @throws IllegalStateException or, as the class is loaded here, an error around it
   */
  static void requireKnown() {
    if (CHANGE_TO_CANDIDATE.getParameterCount() != 1
        || CHANGE_TO_FOLLOWER.getParameterCount() != 3) {
      throw new IllegalStateException("this is not the Ratis that we know");
    }
  }

  /** Whether others are asked before the term is raised. */
  enum PreVote {
    FIRST,
    LEFT_OUT
  }

  /**
   * Has a follower stand for election now; anything else stays as it is.
   *
   * @param term in which that was decided: in a later one there may be a leader
   */
  static void stand(RaftServer.Division division, PreVote preVote, long term) throws IOException {
    synchronized (division) { // as Ratis's own timer does
      if (division.getInfo().getCurrentTerm() == term
          && division.getInfo().isFollower()
          && isIdle(division)) {
        invoke(CHANGE_TO_CANDIDATE, division, preVote == PreVote.LEFT_OUT);
      }
    }
  }

  /**
   * What a follower has checked and not yet appended might cut off what it appends as a leader: as
   * Ratis's own timer does, wait.
   */
  private static boolean isIdle(RaftServer.Division division) {
    return division.getInfo().getLifeCycleState().isRunning()
        && division.getInfo().getRoleInfoProto().getFollowerInfo().getOutstandingOp() == 0;
  }

  /** Ends an election in which this replica stands. */
  static void withdraw(RaftServer.Division division) throws IOException {
    synchronized (division) {
      if (division.getInfo().isCandidate()) {
        long term = division.getInfo().getCurrentTerm();
        invoke(CHANGE_TO_FOLLOWER, division, term, false, "the election hangs");
      }
    }
  }

  private static void invoke(Method method, RaftServer.Division division, Object... arguments)
      throws IOException {
    try {
      Object unused = method.invoke(division, arguments);
    } catch (InvocationTargetException e) {
      throw new IOException(division.getMemberId() + " cannot " + method.getName(), e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("this is not the Ratis that we know", e);
    }
  }
}

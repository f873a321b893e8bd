package dev.holdfast.jepsen.agent;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * What the rewritten methods of this process call. Public because they are classes of the node.
 *
 * <p>A stroke that fails ends the process: a mistake that is made now and then only, or in another
 * way than it says, would be worth nothing.
 */
public final class Grafts {
  /** With which the process ends. */
  static final int EXIT_BROKEN = 71;

  private static volatile List<Graft> grafts = List.of();
  private static volatile AtomicIntegerArray met = new AtomicIntegerArray(0);

  private Grafts() {}

  static void use(List<Graft> all) {
    met = new AtomicIntegerArray(all.size());
    grafts = all;
  }

  /**
   * Before the body.
   *
   * @param place of the graft in the list
   * @return null to go on with the body
   */
  public static @Nullable Object before(
      int place, @Nullable Object self, @Nullable Object[] arguments) {
    Graft graft = grafts.get(place);
    if (met.getAndSet(place, 1) == 0) {
      say(NodeAgent.MET + graft.place());
    }
    try {
      return graft.stroke().before(self, arguments);
    } catch (NodeFailure e) {
      throw e.thrown();
    } catch (Exception e) {
      throw broken(graft.place(), e);
    }
  }

  /** Of what {@link #before} returned. */
  public static @Nullable Object answer(Object answer) {
    return ((Stroke.Answer) answer).value();
  }

  /** After the body. */
  public static @Nullable Object after(
      int place, @Nullable Object self, @Nullable Object[] arguments, @Nullable Object result) {
    Graft graft = grafts.get(place);
    try {
      return graft.stroke().after(self, arguments, result);
    } catch (NodeFailure e) {
      throw e.thrown();
    } catch (Exception e) {
      throw broken(graft.place(), e);
    }
  }

  static void say(String what) {
    System.out.println(what);
  }

  /** Never returns. */
  static RuntimeException broken(String where, Throwable failure) {
    say(NodeAgent.FAILED + where + ": " + failure);
    failure.printStackTrace(System.out);
    Runtime.getRuntime().halt(EXIT_BROKEN);
    return new IllegalStateException(failure);
  }
}

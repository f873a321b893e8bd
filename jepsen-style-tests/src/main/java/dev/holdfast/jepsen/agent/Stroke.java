package dev.holdfast.jepsen.agent;

import org.jspecify.annotations.Nullable;

/** What is done to a method, at each of its calls. Called by any thread of the node. */
public interface Stroke {
  /** In place of the body's own result; null is a result, too. */
  record Answer(@Nullable Object value) {}

  /** Does what the body should not, and returns what the caller gets. */
  @FunctionalInterface
  interface Instead {
    @Nullable Object run(@Nullable Object self, @Nullable Object[] arguments) throws Exception;
  }

  /** Makes another result of the body's. */
  @FunctionalInterface
  interface Afterwards {
    @Nullable Object run(
        @Nullable Object self, @Nullable Object[] arguments, @Nullable Object result)
        throws Exception;
  }

  /** Changes what the body is given, in place. */
  @FunctionalInterface
  interface Before {
    void run(@Nullable Object self, @Nullable Object[] arguments) throws Exception;
  }

  /**
   * Before the body.
   *
   * @param arguments may be replaced
   * @return null to go on with the body
   */
  default @Nullable Answer before(@Nullable Object self, @Nullable Object[] arguments)
      throws Exception {
    return null;
  }

  /** After the body; returns what the caller gets. */
  default @Nullable Object after(
      @Nullable Object self, @Nullable Object[] arguments, @Nullable Object result)
      throws Exception {
    return result;
  }

  static Stroke instead(Instead body) {
    return new Stroke() {
      @Override
      public Answer before(@Nullable Object self, @Nullable Object[] arguments) throws Exception {
        return new Answer(body.run(self, arguments));
      }
    };
  }

  /** The method does nothing but return this. */
  static Stroke returning(@Nullable Object value) {
    return instead((self, arguments) -> value);
  }

  static Stroke afterwards(Afterwards change) {
    return new Stroke() {
      @Override
      public @Nullable Object after(
          @Nullable Object self, @Nullable Object[] arguments, @Nullable Object result)
          throws Exception {
        return change.run(self, arguments, result);
      }
    };
  }

  static Stroke given(Before change) {
    return new Stroke() {
      @Override
      public @Nullable Answer before(@Nullable Object self, @Nullable Object[] arguments)
          throws Exception {
        change.run(self, arguments);
        return null;
      }
    };
  }
}

package dev.holdfast.jepsen.agent;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import org.jspecify.annotations.Nullable;

/** The lines that are put around a method's own; never called here. */
final class GraftedBody {
  /** The place of the graft in {@link Grafts}. */
  @Retention(RetentionPolicy.RUNTIME)
  @interface Place {}

  private GraftedBody() {}

  @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
  @SuppressWarnings("UnusedAssignment") // what it is given goes on to the body
  static @Nullable Object enter(
      @Place int place,
      @Advice.This(optional = true) @Nullable Object self,
      @Advice.AllArguments(readOnly = false, typing = Assigner.Typing.DYNAMIC)
          @Nullable Object[] arguments) {
    @Nullable Object[] given = arguments;
    Object answer = Grafts.before(place, self, given);
    arguments = given;
    return answer;
  }

  @Advice.OnMethodExit
  @SuppressWarnings("UnusedAssignment") // it is what the caller gets
  static void exit(
      @Place int place,
      @Advice.Enter @Nullable Object answer,
      @Advice.This(optional = true) @Nullable Object self,
      @Advice.AllArguments(typing = Assigner.Typing.DYNAMIC) @Nullable Object[] arguments,
      @Advice.Return(readOnly = false, typing = Assigner.Typing.DYNAMIC) @Nullable Object result) {
    result = answer == null ? Grafts.after(place, self, arguments, result) : Grafts.answer(answer);
  }
}

package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import java.util.List;

/**
 * What a command does and what it answers.
 *
 * @param effects applied in order, in the batch that also holds the applied index
 */
public record Decision(List<Effect> effects, Result result) {
  public Decision {
    effects = List.copyOf(effects);
  }

  /** No effects. */
  public static Decision of(Result result) {
    return new Decision(List.of(), result);
  }

  /** A deterministic no, without effects. */
  public static Decision reject(Rejection rejection) {
    return of(new Result.Rejected(rejection));
  }
}

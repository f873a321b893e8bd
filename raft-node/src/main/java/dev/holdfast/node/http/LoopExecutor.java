package dev.holdfast.node.http;

import io.netty.channel.EventLoop;
import java.util.concurrent.Executor;

/** Runs tasks on one event loop: at once when already there, so that no hand-off is wasted. */
record LoopExecutor(EventLoop loop) implements Executor {
  @Override
  public void execute(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }
}

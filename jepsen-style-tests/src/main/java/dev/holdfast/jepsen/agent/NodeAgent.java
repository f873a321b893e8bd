package dev.holdfast.jepsen.agent;

import static net.bytebuddy.matcher.ElementMatchers.isBridge;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.not;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.utility.JavaModule;
import org.jspecify.annotations.Nullable;

/**
 * {@code -javaagent:JAR=mistake=NAME}: rewrites the methods of one mistake, and nothing else, when
 * their classes are loaded. {@code -javaagent:JAR=clock=FILE}: has the node go by clocks that a
 * file steers. {@code -javaagent:JAR=flush=FILE}: has it hold the flush of a log when a file says
 * so. Several of them stand behind each other, separated by commas.
 */
public final class NodeAgent {
  /** A line of the node's log that goes on with the place of a graft to which a call has come. */
  public static final String MET = "holdfast-agent: met ";

  /** A line of the node's log that says why the node ended: it could not make its mistake. */
  public static final String FAILED = "holdfast-agent: cannot make its mistake in ";

  private NodeAgent() {}

  /** Called by the JVM before the node's own main method. */
  public static void premain(String told, Instrumentation instrumentation) {
    List<Graft> grafts = new ArrayList<>();
    for (String one : told.split(",")) {
      String[] words = one.split("=", 2);
      switch (words[0]) {
        case "mistake" -> grafts.addAll(mistake(words[1]));
        case "clock" -> steer(Path.of(words[1]), instrumentation);
        case "flush" -> grafts.addAll(HeldFlush.follow(Path.of(words[1])));
        default -> throw new IllegalArgumentException("what is '" + one + "'?");
      }
    }
    if (!grafts.isEmpty()) {
      plant(grafts, instrumentation);
    }
  }

  private static void steer(Path file, Instrumentation instrumentation) {
    instrumentation.addTransformer(new ClockRewriting());
    NodeClock.follow(file);
  }

  private static List<Graft> mistake(String name) {
    Mistake mistake =
        Mistakes.named(name)
            .orElseThrow(() -> new IllegalArgumentException("no mistake '" + name + "'"));
    Grafts.say("holdfast-agent: makes the mistake " + name + ": " + mistake.wrong());
    return mistake.grafts();
  }

  private static void plant(List<Graft> grafts, Instrumentation instrumentation) {
    Grafts.use(List.copyOf(grafts));
    AgentBuilder agent =
        new AgentBuilder.Default(new ByteBuddy().with(TypeValidation.DISABLED))
            .disableClassFormatChanges()
            .with(new Witness());
    for (int place = 0; place < grafts.size(); place++) {
      int at = place;
      Graft graft = grafts.get(place);
      agent =
          agent
              .type(named(graft.type()))
              .transform(
                  (builder, type, loader, module, domain) -> rewritten(builder, type, graft, at));
    }
    agent.installOn(instrumentation);
  }

  private static DynamicType.Builder<?> rewritten(
      DynamicType.Builder<?> builder, TypeDescription type, Graft graft, int place) {
    ElementMatcher.Junction<MethodDescription> method =
        named(graft.method()).and(takesArguments(graft.parameterCount())).and(not(isBridge()));
    List<?> found = type.getDeclaredMethods().filter(method);
    if (found.size() != 1) {
      throw new IllegalStateException(graft.place() + " is there " + found.size() + " times");
    }
    Grafts.say("holdfast-agent: rewrote " + graft.place());
    return builder.visit(
        Advice.withCustomMapping()
            .bind(GraftedBody.Place.class, place)
            .to(GraftedBody.class)
            .on(method));
  }

  /** A class that cannot be rewritten ends the process. */
  private static final class Witness extends AgentBuilder.Listener.Adapter {
    @Override
    public void onError(
        String type,
        @Nullable ClassLoader loader,
        @Nullable JavaModule module,
        boolean loaded,
        Throwable failure) {
      RuntimeException unused = Grafts.broken(type, failure);
    }
  }
}

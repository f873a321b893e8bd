package dev.holdfast.protocol.parser;

import dev.holdfast.protocol.expression.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds two paths of one expression or statement that mean the same or overlapping parts of an
 * item. Linear in the steps of all paths.
 */
public final class PathOverlaps {
  private final Function<String, ? extends RuntimeException> refusal;
  private final Branch root = new Branch();

  /** The paths seen so far, as a tree of their steps. */
  private static final class Branch {
    final Map<Path.Step, Branch> branches = new LinkedHashMap<>();
    @Nullable Path ending;
    @Nullable Path passing;
  }

  /**
   * @param refusal what to fail with, by its message
   */
  public PathOverlaps(Function<String, ? extends RuntimeException> refusal) {
    this.refusal = refusal;
  }

  /** Adds a path; fails when it overlaps or conflicts with an earlier one. */
  public void add(Path path) {
    Branch branch = root;
    for (Path.Step step : path.steps()) {
      reject("overlap", branch.ending, path);
      Branch next = branch.branches.get(step);
      if (next == null) {
        if (branch != root && !branch.branches.isEmpty()) {
          Path.Step sibling = branch.branches.keySet().iterator().next();
          boolean sameKind =
              sibling instanceof Path.Step.Element == step instanceof Path.Step.Element;
          reject("conflict", sameKind ? null : branch.passing, path);
        }
        next = new Branch();
        branch.branches.put(step, next);
      }
      if (branch.passing == null) {
        branch.passing = path;
      }
      branch = next;
    }
    reject("overlap", branch.ending, path);
    reject("overlap", branch.passing, path);
    branch.ending = path;
  }

  private void reject(String problem, @Nullable Path earlier, Path path) {
    if (earlier != null) {
      throw refusal.apply(
          "Two document paths "
              + problem
              + " with each other; must remove or rewrite one of these paths; path one: "
              + earlier.bracketed()
              + ", path two: "
              + path.bracketed());
    }
  }
}

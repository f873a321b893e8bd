package dev.holdfast.jepsen.agent;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All mistakes that can be made. */
public final class Mistakes {
  private static final List<Mistake> ALL =
      Stream.of(
              ReadMistakes.all(),
              RatisReadMistakes.all(),
              LogMistakes.all(),
              RequestMistakes.all(),
              TransactionMistakes.all(),
              RangeMistakes.all(),
              IndexMistakes.all())
          .flatMap(List::stream)
          .toList();

  private Mistakes() {}

  public static List<Mistake> all() {
    return ALL;
  }

  public static Optional<Mistake> named(String name) {
    return ALL.stream().filter(mistake -> mistake.name().equals(name)).findFirst();
  }
}

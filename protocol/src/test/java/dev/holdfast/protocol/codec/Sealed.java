package dev.holdfast.protocol.codec;

import java.util.ArrayList;
import java.util.List;

/** The records that a sealed interface permits, through all levels. */
final class Sealed {
  private Sealed() {}

  static List<Class<?>> records(Class<?> sealed) {
    List<Class<?>> records = new ArrayList<>();
    for (Class<?> permitted : sealed.getPermittedSubclasses()) {
      if (permitted.isRecord()) {
        records.add(permitted);
      } else {
        records.addAll(records(permitted));
      }
    }
    return records;
  }
}

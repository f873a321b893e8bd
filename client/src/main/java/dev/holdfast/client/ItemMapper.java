package dev.holdfast.client;

/** Turns objects into items and back; {@link RecordMapper} does it for records. */
public interface ItemMapper<T> {
  Document toDocument(T value);

  T fromDocument(Document document);
}

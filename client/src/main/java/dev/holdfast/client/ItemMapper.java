package dev.holdfast.client;

/**
 * Turns objects into items and back; {@link RecordMapper} does it for records. Thread-safe.
 *
 * <pre>{@code
 * class MoneyMapper implements ItemMapper<Money> {
 *   public Document toDocument(Money money) {
 *     return Document.builder().set("id", money.account()).set("cents", money.cents()).build();
 *   }
 *
 *   public Money fromDocument(Document document) {
 *     return new Money(document.string("id"), document.longValue("cents"));
 *   }
 * }
 *
 * TypedTable<Money> accounts = client.table("accounts").as(new MoneyMapper());
 * }</pre>
 */
public interface ItemMapper<T> {
  Document toDocument(T value);

  T fromDocument(Document document);
}

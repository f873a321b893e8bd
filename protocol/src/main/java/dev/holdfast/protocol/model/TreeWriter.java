package dev.holdfast.protocol.model;

/** Streams a value tree into an encoder and builds one from bytes. */
final class TreeWriter {
  private TreeWriter() {}

  static void write(AttributeValue value, ItemEncoder encoder) {
    // instanceof instead of a handler: AttributeValue is closed by DynamoDB's data model
    if (value instanceof AttributeValue.S s) {
      encoder.string(s.value());
    } else if (value instanceof AttributeValue.N n) {
      encoder.number(n.value());
    } else if (value instanceof AttributeValue.B b) {
      encoder.binary(b.value());
    } else if (value instanceof AttributeValue.Bool bool) {
      encoder.bool(bool.value());
    } else if (value instanceof AttributeValue.Null) {
      encoder.nul();
    } else if (value instanceof AttributeValue.SS ss) {
      encoder.beginSet(AttributeType.SS);
      ss.values().forEach(encoder::string);
      encoder.endSet();
    } else if (value instanceof AttributeValue.NS ns) {
      encoder.beginSet(AttributeType.NS);
      ns.values().forEach(encoder::number);
      encoder.endSet();
    } else if (value instanceof AttributeValue.BS bs) {
      encoder.beginSet(AttributeType.BS);
      bs.values().forEach(encoder::binary);
      encoder.endSet();
    } else if (value instanceof AttributeValue.L l) {
      encoder.beginList();
      l.elements().forEach(element -> write(element, encoder));
      encoder.endList();
    } else if (value instanceof AttributeValue.M m) {
      encoder.beginMap();
      m.members().forEach((name, member) -> write(member, encoder.name(name)));
      encoder.endMap();
    }
  }
}

package dev.holdfast.node.cli.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.holdfast.client.Document;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The internet's media types: the records of {@code mime-db}, compiled from the registries of IANA,
 * Apache and nginx. MIT licence; it comes as a Maven artifact and is read from the class path.
 *
 * <p>A record {@code "image/png": {"source": "iana", "extensions": ["png"]}} becomes an item with
 * partition key {@code type} (image), sort key {@code subtype} (png), and whichever of {@code
 * source} (string), {@code compressible} (boolean), {@code charset} (string) and {@code extensions}
 * (list) the record has: twelve different shapes.
 */
final class MediaTypes {
  static final String SOURCE = "mime-db 1.54.0 (MIT licence, github.com/jshttp/mime-db)";
  static final String PARTITION_KEY = "type";
  static final String SORT_KEY = "subtype";

  private static final String RESOURCE = "/META-INF/resources/webjars/mime-db/1.54.0/db.json";

  private MediaTypes() {}

  /** In the order of the file. */
  static List<Document> read() throws IOException {
    try (InputStream bytes = MediaTypes.class.getResourceAsStream(RESOURCE)) {
      if (bytes == null) {
        throw new IOException("the class path lacks " + RESOURCE);
      }
      return read(bytes);
    }
  }

  static List<Document> read(InputStream json) throws IOException {
    List<Document> documents = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      expect(parser.nextToken(), JsonToken.START_OBJECT);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        expect(parser.nextToken(), JsonToken.START_OBJECT);
        documents.add(record(name, parser));
      }
    }
    return documents;
  }

  /** How many different sets of attributes the documents have. */
  static int shapeCount(List<Document> documents) {
    Set<Set<String>> shapes = new LinkedHashSet<>();
    documents.forEach(document -> shapes.add(document.names()));
    return shapes.size();
  }

  private static Document record(String name, JsonParser parser) throws IOException {
    int slash = name.indexOf('/');
    Document.Builder document =
        Document.builder()
            .set(PARTITION_KEY, name.substring(0, slash))
            .set(SORT_KEY, name.substring(slash + 1));
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String attribute = parser.currentName();
      document.set(attribute, value(parser));
    }
    return document.build();
  }

  private static Object value(JsonParser parser) throws IOException {
    JsonToken token = parser.nextToken();
    if (token != JsonToken.START_ARRAY) {
      return token.isBoolean() ? (Object) parser.getBooleanValue() : parser.getText();
    }
    List<String> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(parser.getText());
    }
    return elements;
  }

  private static void expect(JsonToken actual, JsonToken expected) throws IOException {
    if (actual != expected) {
      throw new IOException("not the file it should be: " + actual + " for " + expected);
    }
  }
}

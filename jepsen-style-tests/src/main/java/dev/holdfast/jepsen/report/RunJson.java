package dev.holdfast.jepsen.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.holdfast.jepsen.history.Operation.Outcome;
import java.io.IOException;
import java.io.Serial;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the page's script reads: {@code {begin, end, lanes, functions, gap: [from, to], faults:
 * [[name, begin, end, evidence, ended]], ops: [[process, lane, function, outcome, call, length,
 * called, ended]]}}. Times are nanoseconds; a function is its index; outcomes are {@link
 * #OUTCOMES}; of an operation that ended as it was called, the last element is left out.
 */
final class RunJson {
  /** Their order is their number. */
  static final List<String> OUTCOMES = List.of("ok", "fail", "unknown");

  private static final int VALUE_CHARACTERS_MAX = 400;
  private static final int VALUE_CHARACTERS_MIN = 60;

  /** All values of a page: with it, one of 50,000 operations stays below 15 MB. */
  private static final int CHARACTERS_MAX = 11_000_000;

  private static final JsonFactory JSON = factory();

  private final Run run;
  private final List<String> functions;
  private final int valueCharactersMax;

  RunJson(Run run) {
    this.run = run;
    TreeSet<String> names = new TreeSet<>();
    run.bars().forEach(bar -> names.add(bar.function()));
    this.functions = new ArrayList<>(names);
    int values = 2 * Math.max(1, run.bars().size());
    this.valueCharactersMax =
        Math.max(VALUE_CHARACTERS_MIN, Math.min(VALUE_CHARACTERS_MAX, CHARACTERS_MAX / values));
  }

  /** A place in {@link #OUTCOMES}. */
  static int number(Outcome outcome) {
    return OUTCOMES.indexOf(
        switch (outcome) {
          case OK -> "ok";
          case FAILED -> "fail";
          case UNKNOWN -> "unknown";
        });
  }

  /** ASCII without a less-than sign: it may stand within a script element. */
  void write(Writer out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("begin", run.beginNanos());
      json.writeNumberField("end", run.endNanos());
      json.writeNumberField("lanes", run.lanes().count());
      json.writeArrayFieldStart("functions");
      for (String function : functions) {
        json.writeString(function);
      }
      json.writeEndArray();
      Silences.Span silence = run.longestSilence();
      json.writeFieldName("gap");
      json.writeArray(new long[] {silence.fromNanos(), silence.toNanos()}, 0, 2);
      json.writeArrayFieldStart("faults");
      for (FaultBand fault : run.faults()) {
        write(fault, json);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("ops");
      for (Bar bar : run.bars()) {
        json.writeRaw('\n');
        write(bar, json);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void write(FaultBand fault, JsonGenerator json) throws IOException {
    json.writeStartArray();
    json.writeString(fault.name());
    json.writeNumber(fault.beginNanos());
    json.writeNumber(fault.endNanos());
    json.writeString(fault.evidence());
    json.writeBoolean(fault.ended());
    json.writeEndArray();
  }

  private void write(Bar bar, JsonGenerator json) throws IOException {
    String called = Shortened.text(Shortened.form(bar.called()), valueCharactersMax);
    String ended = Shortened.text(Shortened.form(bar.ended()), valueCharactersMax);
    json.writeStartArray();
    json.writeNumber(bar.process());
    json.writeNumber(run.lanes().of(bar));
    json.writeNumber(functions.indexOf(bar.function()));
    json.writeNumber(number(bar.outcome()));
    json.writeNumber(bar.callNanos());
    json.writeNumber(bar.endNanos() - bar.callNanos());
    json.writeString(called);
    if (!bar.called().equals(bar.ended())) {
      json.writeString(ended);
    }
    json.writeEndArray();
  }

  private static JsonFactory factory() {
    JsonFactory factory = JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    factory.setCharacterEscapes(new LessThanEscaped());
    factory.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    return factory;
  }

  /** No text can end the script element or begin a comment. */
  private static final class LessThanEscaped extends CharacterEscapes {
    @Serial private static final long serialVersionUID = 1;

    private final int[] escapes = standardAsciiEscapesForJSON();

    LessThanEscaped() {
      escapes['<'] = ESCAPE_STANDARD;
    }

    @Override
    public int[] getEscapeCodesForAscii() {
      return escapes.clone();
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int character) {
      return null; // none of its own
    }
  }
}

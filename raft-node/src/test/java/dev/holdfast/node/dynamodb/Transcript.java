package dev.holdfast.node.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.holdfast.node.http.HttpAnswer;
import dev.holdfast.node.http.HttpHandler.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A conversation with the API, played line by line:
 *
 * <pre>
 * # a comment
 * + CreateTable {…}          must succeed; its answer is not recorded
 * ~ CIRCUMSTANCE             of the next request: see {@link TranscriptCircumstances}
 * > GetItem {…               a request; it goes on in lines that begin with two spaces
 *   …}
 * = {…}                      what was answered, or
 * ! ValidationException …    the error: its type, its status unless that is 400, its message
 *   {…}                      and what else it says
 * </pre>
 *
 * <p>Long texts are folded: {@code <<300 * ab>>} is {@code ab} 300 times, and in what is sent
 * {@code %} is 1, 2, 3 and so on.
 */
final class Transcript {
  private static final Pattern FOLDED = Pattern.compile("<<(\\d+) \\* ((?:(?!<<).)*?)>>");
  private static final Pattern REPEATED = Pattern.compile("(.{1,24}?)\\1{29,}");
  private static final Pattern GROWING = Pattern.compile("%");
  private static final JsonFactory JSON = new JsonFactory();

  private final ApiOverReplica api;
  private final TranscriptCircumstances circumstances;
  private final List<String> played = new ArrayList<>();

  Transcript(ApiOverReplica api) {
    this.api = api;
    this.circumstances = new TranscriptCircumstances(api);
  }

  /** The same conversation with the answers of today. */
  String replay(String recorded) {
    StringBuilder request = new StringBuilder();
    boolean inAnswer = false;
    for (String line : (recorded + "\n").split("\n", -1)) {
      boolean continues = line.startsWith("  ");
      if (continues && inAnswer) {
        continue;
      }
      if (continues && request.length() > 0) {
        request.append('\n').append(line);
        continue;
      }
      if (request.length() > 0) {
        play(request.toString());
        request.setLength(0);
      }
      inAnswer = line.startsWith("=") || line.startsWith("!");
      if (line.startsWith(">") || line.startsWith("+")) {
        request.append(line);
      } else if (!inAnswer) {
        if (line.startsWith("~ ")) {
          circumstances.prepare(line.substring(2));
        }
        played.add(line);
      }
    }
    return String.join("\n", played).strip() + "\n";
  }

  private void play(String request) {
    played.add(request);
    String[] words = unfold(request.substring(1).strip()).split("\\s+", 2);
    String body = words.length == 1 ? "" : words[1];
    HttpAnswer answer =
        words[0].equals("(refused)") ? api.refuse(Refusal.valueOf(body)) : api.call(words[0], body);
    circumstances.restore();
    String text = answer.body().toUtf8();
    if (request.startsWith("+")) {
      assertThat(answer.status()).as(request + "\n" + text).isEqualTo(200);
    } else {
      played.add(fold(answer.status() == 200 ? "= " + text : error(answer.status(), text)));
    }
  }

  /** Unfolds what is innermost first. */
  private static String unfold(String text) {
    String unfolded = text;
    while (FOLDED.matcher(unfolded).find()) {
      unfolded = FOLDED.matcher(unfolded).replaceAll(Transcript::repeated);
    }
    return unfolded;
  }

  private static String repeated(MatchResult folded) {
    StringBuilder all = new StringBuilder();
    for (int i = 1; i <= Integer.parseInt(folded.group(1)); i++) {
      all.append(GROWING.matcher(folded.group(2)).replaceAll(Integer.toString(i)));
    }
    return Matcher.quoteReplacement(all.toString());
  }

  private static String fold(String text) {
    return REPEATED
        .matcher(text)
        .replaceAll(
            found -> {
              String part = found.group(1);
              int count = found.group().length() / part.length();
              return Matcher.quoteReplacement("<<" + count + " * " + part + ">>");
            });
  }

  private static String error(int status, String body) {
    if (!body.startsWith("{")) {
      return "! (" + status + ") " + body.strip(); // a page
    }
    String type = "";
    String message = "";
    int end = 1;
    try (JsonParser parser = JSON.createParser(body)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (name.equals("__type")) {
          type = parser.getText().substring(parser.getText().indexOf('#') + 1);
          end = (int) parser.currentLocation().getCharOffset();
        } else if (name.equals("message") || name.equals("Message")) {
          message = parser.getText();
          end = (int) parser.currentLocation().getCharOffset();
        } else {
          parser.skipChildren();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String rest = body.substring(end).strip();
    return "! "
        + type
        + (status == 400 ? "" : " (" + status + ")")
        + (message.isEmpty() ? "" : " " + message)
        + (rest.equals("}") ? "" : "\n  {" + rest.substring(rest.indexOf('"')));
  }
}

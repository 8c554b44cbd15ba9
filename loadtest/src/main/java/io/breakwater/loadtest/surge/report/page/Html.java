package io.breakwater.loadtest.surge.report.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.mustachejava.DefaultMustacheFactory;
import com.github.mustachejava.Mustache;
import io.breakwater.loadtest.surge.report.result.JsonFigures;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A page as one file. Whatever a page says is escaped: by the template engine in the text, as JSON
 * without any markup in the data. Should something slip through, the policy in the file's head
 * still lets run only the two scripts whose digests it names, and fetch nothing.
 */
final class Html {
  private static final String CHARTS =
      "/META-INF/resources/webjars/echarts/5.5.0/echarts.common.min.js";

  /** A plot shows no more. */
  private static final MathContext DIGITS = new MathContext(4);

  private static final ObjectMapper JSON = json();

  private Html() {}

  static String of(Page page) {
    String charts = resource(CHARTS);
    String script = resource("report.js");
    Mustache template =
        new DefaultMustacheFactory()
            .compile(new StringReader(resource("report.mustache")), "report.mustache");
    StringWriter html = new StringWriter();
    template.execute(
        html,
        new File(
            page,
            data(page),
            resource("report.css"),
            charts,
            script,
            digest(charts),
            digest(script)));
    return html.toString();
  }

  /** What the template lays out. */
  private record File(
      Page page,
      String data,
      String style,
      String charts,
      String script,
      String chartsDigest,
      String scriptDigest) {}

  private static String data(Page page) {
    try {
      return JSON.writeValueAsString(page.data());
    } catch (JsonProcessingException e) {
      throw new AssertionError("records can be written", e);
    }
  }

  private static ObjectMapper json() {
    JsonMapper mapper =
        JsonMapper.builder().addModule(JsonFigures.rounded(figure -> figure.round(DIGITS))).build();
    mapper.getFactory().setCharacterEscapes(new WithoutMarkup());
    return mapper;
  }

  private static String resource(String name) {
    try (InputStream in = Html.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new AssertionError("not on the class path: " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(String script) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** Nothing in the text of a JSON value can end the script element or begin another one. */
  private static final class WithoutMarkup extends CharacterEscapes {
    @Override
    public int[] getEscapeCodesForAscii() {
      int[] escapes = standardAsciiEscapesForJSON();
      escapes['<'] = ESCAPE_STANDARD;
      escapes['>'] = ESCAPE_STANDARD;
      escapes['&'] = ESCAPE_STANDARD;
      return escapes;
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int character) {
      return null;
    }
  }
}

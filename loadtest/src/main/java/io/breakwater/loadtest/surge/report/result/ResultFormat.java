package io.breakwater.loadtest.surge.report.result;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** A result as JSON: unknown figures are null, fractions have three digits. */
final class ResultFormat {
  private static final int DIGITS = 3;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .addModule(
              new SimpleModule()
                  .addSerializer(Double.class, new WriteFigure())
                  .addSerializer(double.class, new WriteFigure())
                  .addDeserializer(Double.class, new ReadFigure())
                  .addDeserializer(double.class, new ReadFigure()))
          .build();

  private ResultFormat() {}

  static String write(SurgeResult result) {
    try {
      // A list of numbers is one line.
      return JSON.writer(
                  new DefaultPrettyPrinter()
                      .withObjectIndenter(
                          DefaultIndenter.SYSTEM_LINEFEED_INSTANCE.withLinefeed("\n")))
              .writeValueAsString(result)
          + '\n';
    } catch (JsonProcessingException e) {
      throw new AssertionError("records can be written", e);
    }
  }

  static SurgeResult read(String json) {
    try {
      JsonNode root = JSON.readTree(json);
      JsonNode format = root.path("format");
      if (format.intValue() != SurgeResult.FORMAT) {
        throw new IllegalArgumentException(
            "format: '%s' (expected: %d)".formatted(format.asText(), SurgeResult.FORMAT));
      }
      if (root instanceof ObjectNode result && !result.has("line")) {
        // Earlier results say nothing of it.
        result.set("line", JSON.valueToTree(WaitingLine.NONE));
      }
      return JSON.treeToValue(root, SurgeResult.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not the result of a surge: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * As it is written. What is judged is rounded before: a file that is read again has the same
   * verdict.
   */
  static double rounded(double figure) {
    return Double.isNaN(figure) || Double.isInfinite(figure)
        ? figure
        : BigDecimal.valueOf(figure).setScale(DIGITS, RoundingMode.HALF_UP).doubleValue();
  }

  private static final class WriteFigure extends StdSerializer<Double> {
    WriteFigure() {
      super(Double.class);
    }

    @Override
    public void serialize(Double figure, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (figure.isNaN() || figure.isInfinite()) {
        out.writeNull();
      } else {
        BigDecimal rounded =
            BigDecimal.valueOf(figure).setScale(DIGITS, RoundingMode.HALF_UP).stripTrailingZeros();
        out.writeNumber(rounded.toPlainString());
      }
    }
  }

  private static final class ReadFigure extends StdDeserializer<Double> {
    ReadFigure() {
      super(Double.class);
    }

    @Override
    public Double deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return in.getDoubleValue();
    }

    @Override
    public Double getNullValue(DeserializationContext context) {
      return Double.NaN;
    }
  }
}

package io.breakwater.loadtest.surge.report.result;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** A result as JSON: unknown figures are null, fractions have three digits. */
final class ResultFormat {
  private static final int DIGITS = 3;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .addModule(
              JsonFigures.rounded(ResultFormat::rounded)
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
      complete(root);
      return JSON.treeToValue(root, SurgeResult.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not the result of a surge: " + e.getOriginalMessage(), e);
    }
  }

  /** Adds what a file of this format did not have from the first. */
  private static void complete(JsonNode root) {
    JsonNode none = NullNode.getInstance();
    for (JsonNode stream : root.path("streams")) {
      add(stream, "replaced", IntNode.valueOf(0));
      add(stream, "peakPerSecond", none);
    }
    add(root.path("ledger"), "repeated", none);
    add(root.path("timeline"), "openSignUps", JsonNodeFactory.instance.arrayNode());
    add(root.path("servers"), "acceptedInRun", none);
    add(root, "line", JSON.valueToTree(WaitingLine.NONE));
    root.at("/servers/processes").forEach(each -> add(each, "throttled", none));
    add(root.path("setting"), "times", JsonNodeFactory.instance.objectNode());
    add(root.path("setting"), "areFaultsLeftOut", BooleanNode.FALSE);
    add(root.path("setting"), "warmUpSeconds", IntNode.valueOf(0));
    for (String each : List.of("prioritised", "content", "impatient", "ownProcessor")) {
      add(root.path("setting"), each, none);
    }
  }

  private static void add(JsonNode part, String field, JsonNode value) {
    if (part instanceof ObjectNode object) {
      object.putIfAbsent(field, value);
    }
  }

  /**
   * As it is written. What is judged is rounded before: a file that is read again has the same
   * verdict.
   */
  static double rounded(double figure) {
    return Double.isNaN(figure) || Double.isInfinite(figure)
        ? figure
        : rounded(BigDecimal.valueOf(figure)).doubleValue();
  }

  private static BigDecimal rounded(BigDecimal figure) {
    return figure.setScale(DIGITS, RoundingMode.HALF_UP);
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

package io.breakwater.loadtest.chaos.history;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.breakwater.client.core.MessageId;
import io.breakwater.loadtest.chaos.payload.Content;
import io.breakwater.loadtest.chaos.payload.Conversation;
import io.breakwater.loadtest.chaos.payload.Device;
import java.io.IOException;
import java.util.HexFormat;
import java.util.function.Function;

/** Facts as lines of JSON. */
final class Lines {
  private static final int MESSAGE_ID_DIGITS = 32;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(
              new SimpleModule()
                  .addSerializer(Device.class, ToStringSerializer.instance)
                  .addSerializer(Conversation.class, ToStringSerializer.instance)
                  .addSerializer(Content.class, ToStringSerializer.instance)
                  .addSerializer(MessageId.class, ToStringSerializer.instance)
                  .addDeserializer(Device.class, new FromText<>(Device.class, Device::parse))
                  .addDeserializer(
                      Conversation.class, new FromText<>(Conversation.class, Conversation::parse))
                  .addDeserializer(Content.class, new FromText<>(Content.class, Content::parse))
                  .addDeserializer(
                      MessageId.class, new FromText<>(MessageId.class, Lines::messageId)))
          .build();

  private static final ObjectWriter WRITER = JSON.writerFor(Fact.class);
  private static final ObjectReader READER = JSON.readerFor(Fact.class);

  private Lines() {}

  /** Without the end of the line. */
  static String write(Fact fact) {
    try {
      return WRITER.writeValueAsString(fact);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("every fact can be written: " + fact, e);
    }
  }

  /** As a part of something larger. */
  static JsonNode tree(Fact fact) {
    return JSON.valueToTree(fact);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws JsonProcessingException if it is something else
   */
  static Fact read(String line) throws JsonProcessingException {
    return READER.readValue(line);
  }

  private static MessageId messageId(String text) {
    if (text.length() != MESSAGE_ID_DIGITS) {
      throw new IllegalArgumentException(
          "message id: %s (expected: %d digits)".formatted(text, MESSAGE_ID_DIGITS));
    }
    int half = MESSAGE_ID_DIGITS / 2;
    return new MessageId(
        HexFormat.fromHexDigitsToLong(text, 0, half),
        HexFormat.fromHexDigitsToLong(text, half, MESSAGE_ID_DIGITS));
  }

  private static final class FromText<T> extends StdScalarDeserializer<T> {
    private static final long serialVersionUID = 1;
    private final transient Function<String, T> parse;

    FromText(Class<T> type, Function<String, T> parse) {
      super(type);
      this.parse = parse;
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      String text = parser.getText();
      try {
        return parse.apply(text);
      } catch (IllegalArgumentException e) {
        throw context.weirdStringException(text, handledType(), String.valueOf(e.getMessage()));
      }
    }
  }
}

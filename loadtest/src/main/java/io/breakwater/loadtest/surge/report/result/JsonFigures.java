package io.breakwater.loadtest.surge.report.result;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.function.UnaryOperator;

/** How figures are written as JSON: null if one is not known, otherwise rounded. */
public final class JsonFigures {
  private JsonFigures() {}

  /** For a mapper. */
  public static SimpleModule rounded(UnaryOperator<BigDecimal> rounding) {
    Writer writer = new Writer(rounding);
    return new SimpleModule()
        .addSerializer(Double.class, writer)
        .addSerializer(double.class, writer);
  }

  private static final class Writer extends StdSerializer<Double> {
    private final transient UnaryOperator<BigDecimal> rounding;

    Writer(UnaryOperator<BigDecimal> rounding) {
      super(Double.class);
      this.rounding = rounding;
    }

    @Override
    public void serialize(Double figure, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (figure.isNaN() || figure.isInfinite()) {
        out.writeNull();
      } else {
        BigDecimal rounded = rounding.apply(BigDecimal.valueOf(figure));
        out.writeNumber(rounded.stripTrailingZeros().toPlainString());
      }
    }
  }
}

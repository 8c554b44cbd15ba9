package io.breakwater.loadtest.surge.report.page;

import java.util.Locale;

/** Numbers as a person wants to see them: three digits that mean something. */
final class Numbers {
  /** Not known. */
  static final String UNKNOWN = "–";

  private static final double MEBIBYTE = 1 << 20;

  private Numbers() {}

  static String text(double value) {
    if (Double.isNaN(value)) {
      return UNKNOWN;
    }
    double size = Math.abs(value);
    int digits = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }

  static String text(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Without digits that say nothing: 1, 1.5, 99.9. */
  static String plain(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : Double.toString(value);
  }

  static String mebibytes(long bytes) {
    return text(bytes / MEBIBYTE);
  }

  /** Seconds as minutes and seconds. */
  static String clock(double seconds) {
    long whole = Math.round(seconds);
    return "%d:%02d".formatted(whole / 60, whole % 60);
  }
}

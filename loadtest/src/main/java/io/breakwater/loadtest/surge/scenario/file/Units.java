package io.breakwater.loadtest.surge.scenario.file;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How values of a scenario are written. */
public final class Units {
  private static final String NUMBER = "\\d{1,15}(?:\\.\\d{1,9})?";

  private static final Pattern DURATION_PATTERN =
      Pattern.compile(
          "(?:(#)d)?(?:(#)h)?(?:(#)m)?(?:(#)s)?(?:(#)ms)?(?:(#)us)?".replace("#", NUMBER));

  /** Nanoseconds of each group of the pattern. */
  private static final List<Long> NANOS =
      List.of(
          86_400_000_000_000L,
          3_600_000_000_000L,
          60_000_000_000L,
          1_000_000_000L,
          1_000_000L,
          1_000L);

  private static final Pattern COUNT_PATTERN = Pattern.compile("(" + NUMBER + ")([kMG]?)");

  private static final Map<String, BigDecimal> MULTIPLES =
      Map.of(
          "",
          BigDecimal.ONE,
          "k",
          BigDecimal.TEN.pow(3),
          "M",
          BigDecimal.TEN.pow(6),
          "G",
          BigDecimal.TEN.pow(9));

  private static final Map<String, BigDecimal> SECONDS =
      Map.of(
          "s", BigDecimal.ONE,
          "min", BigDecimal.valueOf(60),
          "h", BigDecimal.valueOf(3600),
          "day", BigDecimal.valueOf(86_400));

  private static final Pattern SIZE_PATTERN = Pattern.compile("(\\d{1,9})(B|KiB|MiB)");

  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  /** More than there are people, by far. */
  private static final BigDecimal MOST = BigDecimal.TEN.pow(15);

  /** Longer than any scenario. */
  private static final BigDecimal MOST_NANOS = BigDecimal.valueOf(Duration.ofDays(1000).toNanos());

  /** Zero or more. */
  public static final Unit<Duration> TIME =
      new Unit<>("a time such as 0s, 90s or 15h40m", Duration.ZERO, Units::duration);

  /** Above zero. */
  public static final Unit<Duration> DURATION =
      new Unit<>(
          "a duration above 0 such as 250ms, 15m or 6h",
          Duration.ofSeconds(1),
          text -> duration(text).filter(Duration::isPositive));

  /** Per second, 0 or more. */
  public static final Unit<Double> RATE =
      new Unit<>("a rate such as 810/s, 3k/min or 70M/day", 1.0, Units::rate);

  /** A whole number, 0 or more. */
  public static final Unit<Long> COUNT =
      new Unit<>("a number such as 12, 500k, 15M or 2.4G", 0L, Units::count);

  /** 0..1. */
  public static final Unit<Double> SHARE = new Unit<>("a share of 0% to 100%", 0.0, Units::share);

  /** Bytes. */
  public static final Unit<Integer> SIZE =
      new Unit<>("a size such as 160B or 2KiB", 0, Units::size);

  /** Above zero. */
  public static final Unit<Double> FACTOR =
      new Unit<>("a number above 0 such as 3 or 0.8", 1.0, Units::factor);

  /** Anything but nothing. */
  public static final Unit<String> TEXT =
      new Unit<>("text", "?", text -> Optional.of(text.strip()).filter(each -> !each.isEmpty()));

  /** Of scenarios, populations and streams. */
  public static final Unit<String> NAME =
      new Unit<>(
          "a name of a-z, 0-9 and -, at most 40 characters",
          "?",
          text -> Optional.of(text).filter(each -> each.matches("[a-z0-9][a-z0-9-]{0,39}")));

  private Units() {}

  /** A whole number of a range. */
  public static Unit<Integer> whole(int least, int most) {
    return new Unit<>(
        "a whole number of %d to %d".formatted(least, most),
        least,
        text ->
            Optional.of(text)
                .filter(each -> each.matches("\\d{1,9}"))
                .map(Integer::valueOf)
                .filter(number -> number >= least && number <= most));
  }

  /** One of an enum, as its names are in lower case and with hyphens. */
  public static <E extends Enum<E>> Unit<E> choice(Class<E> type) {
    List<E> all = Arrays.asList(type.getEnumConstants());
    return new Unit<>(
        all.stream().map(Units::written).collect(Collectors.joining(", ", "one of ", "")),
        all.getFirst(),
        text -> all.stream().filter(each -> written(each).equals(text)).findFirst());
  }

  /** As it stands in a file. */
  public static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Optional<Duration> duration(String text) {
    Matcher matcher = DURATION_PATTERN.matcher(text);
    if (text.isEmpty() || !matcher.matches()) {
      return Optional.empty();
    }
    BigDecimal nanos = BigDecimal.ZERO;
    for (int i = 0; i < NANOS.size(); i++) {
      String number = matcher.group(i + 1);
      if (number != null) {
        nanos = nanos.add(new BigDecimal(number).multiply(BigDecimal.valueOf(NANOS.get(i))));
      }
    }
    return nanos.compareTo(MOST_NANOS) > 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(nanos.longValue()));
  }

  private static Optional<Double> rate(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    BigDecimal seconds = SECONDS.get(text.substring(slash + 1));
    return seconds == null
        ? Optional.empty()
        : multiple(text.substring(0, slash))
            .map(number -> number.divide(seconds, MathContext.DECIMAL128).doubleValue());
  }

  private static Optional<Long> count(String text) {
    return multiple(text)
        .filter(number -> number.stripTrailingZeros().scale() <= 0)
        .filter(number -> number.compareTo(MOST) <= 0)
        .map(BigDecimal::longValue);
  }

  private static Optional<BigDecimal> multiple(String text) {
    Matcher matcher = COUNT_PATTERN.matcher(text);
    return matcher.matches()
        ? Optional.of(new BigDecimal(matcher.group(1)).multiply(MULTIPLES.get(matcher.group(2))))
        : Optional.empty();
  }

  private static Optional<Double> share(String text) {
    return Optional.of(text)
        .filter(each -> each.matches(NUMBER + "%"))
        .map(each -> new BigDecimal(each.substring(0, each.length() - 1)))
        .filter(percent -> percent.compareTo(HUNDRED) <= 0)
        .map(percent -> percent.divide(HUNDRED, MathContext.DECIMAL128).doubleValue());
  }

  private static Optional<Integer> size(String text) {
    Matcher matcher = SIZE_PATTERN.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long bytes =
        switch (matcher.group(2)) {
          case "KiB" -> Long.parseLong(matcher.group(1)) << 10;
          case "MiB" -> Long.parseLong(matcher.group(1)) << 20;
          default -> Long.parseLong(matcher.group(1));
        };
    return bytes > Integer.MAX_VALUE ? Optional.empty() : Optional.of((int) bytes);
  }

  private static Optional<Double> factor(String text) {
    return Optional.of(text)
        .filter(each -> each.matches(NUMBER))
        .map(Double::valueOf)
        .filter(number -> number > 0);
  }
}

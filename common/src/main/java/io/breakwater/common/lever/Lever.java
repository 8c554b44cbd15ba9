package io.breakwater.common.lever;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A value that can be changed while the process runs. Any thread reads it; {@link Levers} alone
 * changes it, one at a time.
 *
 * @param <T> immutable; its {@code toString} is how it is written
 */
public final class Lever<T> {
  /** Written instead of a value: what it was at the start. */
  static final String DEFAULT = "default";

  /** Who changed it last, and when. */
  record Hand(String by, Instant at) {}

  private record State<T>(T value, Optional<Hand> hand) {}

  private final String name;
  private final String unit;
  private final String range;
  private final Function<String, T> form;
  private final T first;
  private final Consumer<T> applied;
  private volatile State<T> state;

  private Lever(
      String name,
      String unit,
      String range,
      Function<String, T> form,
      T first,
      Consumer<T> applied) {
    this.name = name;
    this.unit = unit;
    this.range = range;
    this.form = form;
    this.first = first;
    this.applied = applied;
    this.state = new State<>(first, Optional.empty());
  }

  /**
   * One of any form.
   *
   * @param name that of the setting, if there is one
   * @param unit what a value counts; empty if nothing
   * @param range what values there are, as messages say it
   * @param form reads a value; throws an IllegalArgumentException for whatever is none
   * @param first its value at the start
   */
  public static <T> Lever<T> of(
      String name, String unit, String range, Function<String, T> form, T first) {
    return new Lever<>(name, unit, range, form, first, value -> {});
  }

  /** A whole number between two others, these included. */
  public static Lever<Integer> whole(String name, String unit, int least, int most, int first) {
    return of(
        name,
        unit,
        least + ".." + most,
        text -> within(Integer.parseInt(text), least, most),
        first);
  }

  /** A number between two others, these included. */
  public static Lever<Double> number(
      String name, String unit, double least, double most, double first) {
    return of(
        name,
        unit,
        least + ".." + most,
        text -> within(Double.parseDouble(text), least, most),
        first);
  }

  /** Yes or no. */
  public static Lever<Boolean> flag(String name, boolean first) {
    return of(
        name,
        "",
        "true or false",
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException(text);
            },
        first);
  }

  /** What is not a number is in no range. */
  private static <N extends Number & Comparable<N>> N within(N value, N least, N most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(value.toString());
    }
    return value;
  }

  /** The same lever, whose moves somebody is told when they show, one at a time. */
  public Lever<T> applies(Consumer<T> consumer) {
    return new Lever<>(name, unit, range, form, first, consumer);
  }

  /** What holds now. */
  public T value() {
    return state.value;
  }

  String name() {
    return name;
  }

  /** Whether it is not what it was at the start. */
  boolean isMoved() {
    return !state.value.equals(first);
  }

  /**
   * Changes it.
   *
   * @throws IllegalArgumentException if that is no value of it; it says what is
   */
  Change set(String text, Hand hand) {
    T before = state.value;
    T after = text.equals(DEFAULT) ? first : parse(text);
    state = new State<>(after, Optional.of(hand));
    applied.accept(after);
    return new Change(name, before.toString(), after.toString(), hand.by());
  }

  private T parse(String text) {
    try {
      return form.apply(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s: %s (expected: %s, or %s)"
              .formatted(name, text, unit.isEmpty() ? range : range + ' ' + unit, DEFAULT),
          e);
    }
  }

  /** How it stands. */
  Standing standing() {
    State<T> now = state;
    return new Standing(
        name,
        now.value.toString(),
        first.toString(),
        unit,
        range,
        now.hand.map(hand -> hand.by + " at " + hand.at).orElse(""));
  }

  /**
   * A lever as it stands; texts.
   *
   * @param set by whom and when; empty if it was never changed
   */
  record Standing(String name, String value, String first, String unit, String range, String set) {}
}

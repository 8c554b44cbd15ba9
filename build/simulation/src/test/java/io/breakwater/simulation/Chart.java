package io.breakwater.simulation;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Lines over seconds, one panel below the other, as an SVG. */
final class Chart {
  private static final int WIDTH = 900;
  private static final int PANEL = 170;
  private static final int LEFT = 60;
  private static final int TOP = 30;
  private static final int HEIGHT = 120;
  private static final List<String> COLOURS = List.of("#2b6cb0", "#c05621", "#718096");

  /** A line, by what it shows of a second. */
  record Curve(String name, ToDoubleFunction<Second> value) {}

  /** What is marked on the axis of time. */
  record Mark(double atS, String text) {}

  private final List<Second> seconds;
  private final List<Mark> marks;
  private final StringBuilder svg = new StringBuilder();
  private int panels;

  Chart(List<Second> seconds, List<Mark> marks) {
    this.seconds = seconds;
    this.marks = marks;
  }

  /** One panel more. */
  void panel(String title, Curve... curves) {
    double most = 1e-9;
    for (Curve curve : curves) {
      most = Math.max(most, seconds.stream().mapToDouble(curve.value).max().orElse(0));
    }
    int top = panels++ * PANEL + TOP;
    add(String.format(Locale.ROOT, "<text x='%d' y='%d' font-weight='bold'>%s</text>", LEFT, top - 10, title));
    add(String.format(Locale.ROOT, "<rect x='%d' y='%d' width='%d' height='%d' fill='none' stroke='#cbd5e0'/>", LEFT, top, WIDTH - LEFT - 10, HEIGHT));
    add(String.format(Locale.ROOT, "<text x='%d' y='%d' text-anchor='end'>%s</text>", LEFT - 6, top + 8, number(most)));
    add(String.format(Locale.ROOT, "<text x='%d' y='%d' text-anchor='end'>0</text>", LEFT - 6, top + HEIGHT));
    for (Mark mark : marks) {
      double x = x(mark.atS);
      add(String.format(Locale.ROOT, "<line x1='%.1f' x2='%.1f' y1='%d' y2='%d' stroke='#a0aec0' stroke-dasharray='3,3'/>", x, x, top, top + HEIGHT));
      if (panels == 1) {
        add(String.format(Locale.ROOT, "<text x='%.1f' y='%d' fill='#4a5568'>%s</text>", x + 3, top + 11, mark.text));
      }
    }
    for (int i = 0; i < curves.length; i++) {
      line(curves[i], COLOURS.get(i), top, most);
      add(String.format(Locale.ROOT, "<text x='%d' y='%d' text-anchor='end' fill='%s'>%s</text>", WIDTH - 14 - 130 * (curves.length - 1 - i), top - 10, COLOURS.get(i), curves[i].name));
    }
    add(String.format(Locale.ROOT, "<text x='%d' y='%d' text-anchor='end'>%d s</text>", WIDTH - 10, top + HEIGHT + 13, seconds.size()));
  }

  private void line(Curve curve, String colour, int top, double most) {
    svg.append("<polyline fill='none' stroke-width='1.5' stroke='").append(colour).append("' points='");
    for (int i = 0; i < seconds.size(); i++) {
      double y = top + HEIGHT * (1 - curve.value.applyAsDouble(seconds.get(i)) / most);
      svg.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(i + 0.5), y));
    }
    svg.append("'/>\n");
  }

  private double x(double second) {
    return LEFT + (WIDTH - LEFT - 10) * second / seconds.size();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
  }

  private void add(String element) {
    svg.append(element).append('\n');
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif'"
            + " font-size='11'>%n<rect width='100%%' height='100%%' fill='#fff'/>%n%s</svg>%n",
        WIDTH,
        panels * PANEL + 10,
        svg);
  }
}

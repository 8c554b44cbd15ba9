package io.breakwater.loadtest.bench.profile;

import java.util.List;
import java.util.Locale;

/**
 * Draws stacks: a box per frame, as wide as its share, above its caller. async-profiler itself
 * draws HTML only, which no page of documentation can show. Pure.
 */
final class FlameGraph {
  private static final int WIDTH = 1200;
  private static final int ROW = 16;
  private static final int HEAD = 28;
  private static final double LETTER = 6.6;

  /** Narrower frames are left out: nobody can see them, and the file would be ten times as big. */
  private static final double LEAST_SHARE = 0.001;

  private final StringBuilder svg = new StringBuilder();
  private final Frame all;
  private final long least;
  private final int height;

  private FlameGraph(Frame all) {
    this.all = all;
    this.least = Math.max(1, Math.round(all.samples() * LEAST_SHARE));
    this.height = HEAD + ROW * all.depth(least);
  }

  /** The graph of collapsed stacks, a line each. */
  static String svg(String title, List<String> stacks) {
    return new FlameGraph(Frame.of(stacks)).draw(title);
  }

  private String draw(String title) {
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"monospace\" font-size=\"11\">%n"
            .formatted(WIDTH, height));
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
    svg.append(
        "<text x=\"4\" y=\"18\">%s: %d samples</text>%n".formatted(escaped(title), all.samples()));
    if (all.samples() > 0) {
      box(all, 0, 0);
    }
    return svg.append("</svg>\n").toString();
  }

  private void box(Frame frame, long before, int level) {
    double x = WIDTH * (double) before / all.samples();
    double width = WIDTH * (double) frame.samples() / all.samples();
    int y = height - ROW * (level + 1);
    svg.append(
        String.format(
            Locale.ROOT,
            "<g><title>%s: %.2f %%</title><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
            escaped(frame.name()),
            100.0 * frame.samples() / all.samples(),
            x,
            y,
            Math.max(0.1, width - 0.3),
            ROW - 1,
            colour(frame.name())));
    String text = fitting(frame.name(), (int) ((width - 4) / LETTER));
    if (!text.isEmpty()) {
      svg.append(
          String.format(
              Locale.ROOT, "<text x=\"%.1f\" y=\"%d\">%s</text>", x + 2, y + 11, escaped(text)));
    }
    svg.append("</g>\n");
    long start = before;
    for (Frame callee : frame.callees()) {
      if (callee.samples() >= least) {
        box(callee, start, level + 1);
        start += callee.samples();
      }
    }
  }

  /** Without the package where there is no room for it; nothing if a few letters would be left. */
  private static String fitting(String name, int letters) {
    String text = name;
    if (text.length() > letters) {
      text = text.substring(text.lastIndexOf('/') + 1);
    }
    if (text.length() > letters) {
      text = letters < 3 ? "" : text.substring(0, letters - 1) + "…";
    }
    return text;
  }

  /** Java, the kernel, and the rest: the JVM and other libraries. */
  private static String colour(String name) {
    if (name.endsWith("_[k]")) {
      return "#f0a860";
    }
    return name.contains("/") ? "#8fd18f" : "#e0c0c0";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}

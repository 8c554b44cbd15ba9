package io.breakwater.loadtest.surge.report.page;

import java.util.List;

/**
 * What a page shows, from the top.
 *
 * @param title of the file
 * @param lead one line below it
 * @param banners what the page says at a glance
 * @param figures the few that matter most
 * @param data of the plots
 */
record Page(
    String title,
    String lead,
    List<Banner> banners,
    List<Figure> figures,
    List<Section> sections,
    PlotData data) {

  /**
   * A verdict.
   *
   * @param kind for the style: passed, failed or void
   * @param symbol which tells them apart without colour
   * @param headline what it means
   */
  record Banner(String kind, String symbol, String word, String headline, List<String> reasons) {}

  /** A figure in large type. */
  record Figure(String value, String name) {}

  /**
   * A heading and what is below it, in this order; what is empty is left out.
   *
   * @param code to be copied
   */
  record Section(
      String heading,
      String text,
      List<Quote> quotes,
      String code,
      List<Table> tables,
      List<Plot> plots) {
    static Section of(String heading, String text) {
      return new Section(heading, text, List.of(), "", List.of(), List.of());
    }

    Section with(Table... more) {
      return new Section(heading, text, quotes, code, List.of(more), plots);
    }

    Section with(List<Plot> more) {
      return new Section(heading, text, quotes, code, tables, more);
    }

    Section quoting(List<Quote> more) {
      return new Section(heading, text, more, code, tables, plots);
    }

    Section showing(String command) {
      return new Section(heading, text, quotes, command, tables, plots);
    }
  }

  /** Something said elsewhere. */
  record Quote(String text, String source) {}

  /**
   * What the script draws.
   *
   * @param stepSeconds between two values; 0: the horizontal axis is not the time
   * @param seconds that the horizontal axis shows
   * @param axis what it counts, if it is neither the time nor categories
   */
  record PlotData(
      double stepSeconds, double seconds, String axis, List<Moment> marks, List<Plot> plots) {}

  /** A vertical line in every plot over time. */
  record Moment(double at, String label) {}
}

package io.breakwater.loadtest.surge.report;

import io.breakwater.loadtest.surge.report.page.ComparisonPage;
import io.breakwater.loadtest.surge.report.page.Group;
import io.breakwater.loadtest.surge.report.page.Pairs;
import io.breakwater.loadtest.surge.report.page.RunPage;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes and reads the files of surges. */
public final class Reports {
  /** The result, for programs. */
  public static final String RESULT = "result.json";

  /** The page, for people. */
  public static final String PAGE = "report.html";

  private Reports() {}

  /**
   * Writes {@link #RESULT} and {@link #PAGE} of a run; what was there is replaced.
   *
   * @param directory made if it is missing
   * @return the page
   */
  public static Path write(SurgeResult result, Path directory) throws IOException {
    Files.createDirectories(directory);
    // The result first: it is all there is to keep, and the page can be made from it again.
    Files.writeString(directory.resolve(RESULT), result.json());
    return Files.writeString(directory.resolve(PAGE), RunPage.html(result));
  }

  /**
   * Reads a result.
   *
   * @throws IllegalArgumentException if the file is something else, or of another format
   */
  public static SurgeResult read(Path file) throws IOException {
    try {
      return SurgeResult.parse(Files.readString(file));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Writes a page that puts several runs of one scenario side by side; what was there is replaced.
   *
   * @param axis what the positions of the groups count, such as {@code gateways}
   * @param groups the first is what the others are compared with
   * @return the page
   */
  public static Path compare(String axis, List<Group> groups, Path page) throws IOException {
    return Files.writeString(page, ComparisonPage.html(axis, groups));
  }

  /** The same of runs that were made in pairs. */
  public static Path compare(Pairs pairs, Path page) throws IOException {
    return Files.writeString(page, ComparisonPage.html(pairs));
  }
}

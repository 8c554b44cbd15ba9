package io.breakwater.loadtest.surge.report.result;

/**
 * What those who signed up were told while they were in line, and how true it was.
 *
 * @param people who were told a place at all
 * @param told how often somebody was told
 * @param longestPlace the highest that was told
 * @param compared estimates that can be: their sign-ups were done by the end of the run
 * @param errorP50Percent half of them were off by no more: the difference to what it took from then
 *     on, of the latter, or of a second if that is more; NaN without any
 * @param errorP90Percent of 90 %, likewise
 */
public record WaitingLine(
    long people,
    long told,
    long longestPlace,
    long compared,
    double errorP50Percent,
    double errorP90Percent) {
  /** Nobody was in line. */
  public static final WaitingLine NONE = new WaitingLine(0, 0, 0, 0, Double.NaN, Double.NaN);
}

package io.breakwater.loadtest.surge.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.breakwater.loadtest.surge.report.SyntheticRun;
import io.breakwater.loadtest.surge.report.result.Phase;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import io.breakwater.loadtest.surge.report.result.Trouble;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class RunPageTest {
  private static final int MOST_BYTES = 1_500_000;

  /** Without the library, which is not ours to check. */
  private static String withoutCharts(String html) {
    List<String> scripts = scripts(html);
    return html.replace(scripts.get(1), "");
  }

  /** What is between the tags of each script element, in their order: data, library, ours. */
  private static List<String> scripts(String html) {
    return Pattern.compile("<script[^>]*>(.*?)</script>", Pattern.DOTALL)
        .matcher(html)
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  private static JsonNode data(String html) throws JsonProcessingException {
    return new ObjectMapper().readTree(scripts(html).getFirst());
  }

  @Test
  void says_the_verdict_first_and_why() {
    assertThat(RunPage.html(SyntheticRun.passed())).contains("banner passed").contains("Passed");
    assertThat(RunPage.html(SyntheticRun.failed()))
        .contains("banner failed")
        .contains("3 accepted messages were lost.");
    assertThat(RunPage.html(SyntheticRun.late()))
        .contains("banner void")
        .contains("no figure below says anything about the tier")
        .contains("The generator was late: lag p99 12.5 ms (limit 5 ms).");
  }

  @Test
  void shows_what_was_open_still_and_who_was_cut_off() {
    assertThat(RunPage.html(SyntheticRun.passed()))
        .contains("Open still: without an end when the run ended")
        .contains("<td class=\"n\">1,234</td>")
        .contains("Connections lost")
        .contains("<td class=\"n\">3,113</td>")
        .contains("despite rejection");
  }

  /** What is in large type, from the first figure on. */
  private static List<String> headlines(SurgeResult result) {
    return Pattern.compile("<dt>(.*?)</dt>")
        .matcher(RunPage.html(result))
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  @Test
  void says_first_how_long_messages_of_existing_users_took_from_sending_to_delivery() {
    assertThat(headlines(SyntheticRun.passed()))
        .startsWith("send → delivered, p99, existing users", "sign-ups/s done")
        .doesNotContain("accepted → delivered, p99, newcomers");
    assertThat(headlines(SyntheticRun.without(Phase.SEND_TO_DELIVERED, SyntheticRun.passed())))
        .startsWith(
            "accepted → delivered, p99, existing users", "accepted → delivered, p99, newcomers");
  }

  @Test
  void shows_how_many_messages_were_written_by_another() {
    assertThat(RunPage.html(SyntheticRun.passed()))
        .contains("by another")
        .contains("<td class=\"n\">20,731</td>");
  }

  @Test
  void shows_the_most_that_was_done() {
    assertThat(RunPage.html(SyntheticRun.passed()))
        .contains("most /s, 10 s")
        .contains("<td class=\"n\">512</td>")
        .contains("the most that was done in any 10 seconds in a row, per second");
  }

  @Test
  void shows_what_was_delivered_again() {
    assertThat(RunPage.html(SyntheticRun.passed()))
        .contains("<td class=\"\">repeated</td><td class=\"n\">59</td>")
        .contains("dropped it by its origin: 499 per million delivered");
    String old = SyntheticRun.passed().json().replaceFirst(",\\s*\"repeated\" : 59", "");
    assertThat(old).doesNotContain("repeated");
    assertThat(RunPage.html(SurgeResult.parse(old)))
        .contains("<td class=\"\">repeated</td><td class=\"n\">–</td>");
  }

  private static JsonNode plot(SurgeResult result, String id) throws JsonProcessingException {
    for (JsonNode each : data(RunPage.html(result)).get("plots")) {
      if (each.get("id").textValue().equals(id)) {
        return each;
      }
    }
    return MissingNode.getInstance();
  }

  @Test
  void shows_sign_ups_that_are_not_done_with_those_in_line() throws JsonProcessingException {
    JsonNode plot = plot(SyntheticRun.passed(), "waiting-line");
    assertThat(plot.get("lines"))
        .extracting(line -> line.get("name").textValue())
        .containsExactly("not done yet", "in line");
    assertThat(plot.at("/lines/0/values/0").doubleValue())
        .isEqualTo(plot.at("/lines/1/values/0").doubleValue() + 300);
  }

  @Test
  void has_no_plot_of_sign_ups_if_there_were_none() throws JsonProcessingException {
    SurgeResult run = SyntheticRun.without(Phase.SIGN_UP, SyntheticRun.passed());
    assertThat(plot(run, "waiting-line").isMissingNode()).isTrue();
  }

  private static SurgeResult lacking(long nobody) {
    SurgeResult run = SyntheticRun.passed();
    String from = "\"intended\" : 12118,\n    \"nobody\" : 0";
    assertThat(run.json()).contains(from);
    return SurgeResult.parse(
        run.json().replace(from, "\"intended\" : 12118,\n    \"nobody\" : " + nobody));
  }

  @Test
  void says_so_if_there_was_nobody_for_a_tenth_of_what_was_intended() {
    assertThat(RunPage.html(lacking(1_211)))
        .contains("nobody %")
        .contains("<td class=\"n\">9.99</td>")
        .doesNotContain("of connects had nobody");
    assertThat(RunPage.html(lacking(3_000)))
        .contains("<td class=\"n\">24.8</td>")
        .contains("24.8 % of connects had nobody");
  }

  @Test
  void shows_how_true_it_was_what_people_in_line_were_told() {
    assertThat(RunPage.html(SyntheticRun.passed()))
        .contains("Waiting in line")
        .contains("<td class=\"n\">18,311</td>")
        .contains("<td class=\"n\">17.4</td>");
  }

  @Test
  void does_not_call_a_limit_met_in_a_void_run() {
    assertThat(RunPage.html(SyntheticRun.passed())).contains("✓ met");
    assertThat(RunPage.html(SyntheticRun.late()))
        .doesNotContain("✓ met")
        .doesNotContain("✗ missed");
  }

  @Test
  void neither_calls_a_limit_met_nor_blames_the_generator_in_a_run_in_trouble() {
    SurgeResult result = SyntheticRun.troubled(List.of(Trouble.ofRun("No port was free.")));
    assertThat(RunPage.html(result))
        .contains("banner void")
        .contains("No port was free.")
        .doesNotContain("✓ met")
        .doesNotContain("✗ missed")
        .doesNotContain("The generator did not keep");
  }

  @Test
  void has_what_was_run_and_how_to_run_it_again() {
    assertThat(RunPage.html(SyntheticRun.passed()))
        .contains("./breakwater surge telegram-2021-10-04 --scale 100")
        .contains("0123456789ab")
        .contains("20211004")
        .contains("70 million people joined within one day.")
        .contains("The founder, reported on 6 October 2021")
        .contains("in bursts of three times the mean");
  }

  @Test
  void has_a_plot_of_everything_that_was_measured() throws JsonProcessingException {
    String html = RunPage.html(SyntheticRun.passed());
    JsonNode data = data(html);
    assertThat(data.get("plots"))
        .extracting(plot -> plot.get("id").textValue())
        .contains(
            "arrivals-0",
            "goodput",
            "latency-accepted-to-delivered",
            "waiting-line",
            "sockets",
            "cpu")
        .allSatisfy(id -> assertThat(html).contains("id=\"" + id + '"'));
    assertThat(data.at("/plots/0/lines/0/values")).hasSize(300);
    assertThat(data.get("marks"))
        .extracting(mark -> mark.get("label").textValue())
        .contains("gateway-1 killed");
  }

  @Test
  void fetches_nothing() {
    String html = withoutCharts(RunPage.html(SyntheticRun.passed()));
    assertThat(html)
        .contains("default-src 'none'")
        .doesNotContainPattern("(?i)\\s(src|href|srcset|action|poster)\\s*=")
        .doesNotContainPattern("(?i)@import|url\\(|<link|<iframe|<img|<base|<object|<embed")
        .doesNotContainPattern(
            "(?i)fetch\\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|import\\(")
        .doesNotContain("http://")
        .doesNotContain("https://");
  }

  @Test
  void lets_run_no_script_but_its_own_two() {
    String html = RunPage.html(SyntheticRun.passed());
    List<String> digests =
        Pattern.compile("'sha256-([A-Za-z0-9+/=]+)'")
            .matcher(html)
            .results()
            .map(MatchResult::group)
            .toList();
    List<String> scripts = scripts(html);
    assertThat(digests).containsExactly(digest(scripts.get(1)), digest(scripts.get(2)));
    assertThat(html).doesNotContain("script-src 'unsafe-inline'");
  }

  private static String digest(String script) {
    try {
      byte[] bytes =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(bytes) + '\'';
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shows_markup_in_names_as_text() throws JsonProcessingException {
    String name = "</script><script>alert(1)</script><img src=x onerror='a()'>&\"";
    String html = withoutCharts(RunPage.html(hostile(name)));
    assertThat(html).doesNotContain("alert(1)</script>").doesNotContain("<img");
    assertThat(scripts(html)).hasSize(3);
    assertThat(html).contains("&lt;/script&gt;&lt;script&gt;alert(1)");
    assertThat(data(html).at("/marks/0/label").textValue()).isEqualTo(name);
  }

  private static SurgeResult hostile(String name) {
    String json = SyntheticRun.named(name).json();
    return SurgeResult.parse(
        json.replace("the others go down", name.replace("\"", "\\\""))
            .replace("newcomers", "<b>new</b>"));
  }

  @Test
  void stays_small_however_long_a_run_lasts() throws JsonProcessingException {
    assertThat(RunPage.html(SyntheticRun.passed()).getBytes(StandardCharsets.UTF_8))
        .hasSizeLessThan(MOST_BYTES);
    String html = RunPage.html(SyntheticRun.lasting(20_000));
    assertThat(html.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(MOST_BYTES);
    JsonNode data = data(html);
    assertThat(data.at("/plots/0/lines/0/values").size()).isBetween(600, Steps.MOST);
    assertThat(data.get("stepSeconds").intValue()).isEqualTo(23);
    assertThat(html).contains("Each point is of 23 s");
  }
}

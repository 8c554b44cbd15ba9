package io.breakwater.loadtest.surge.scenario;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.loadtest.surge.scenario.arrivals.RateCurve;
import io.breakwater.loadtest.surge.scenario.model.Afterwards;
import io.breakwater.loadtest.surge.scenario.model.ArrivalStream;
import io.breakwater.loadtest.surge.scenario.model.Fact;
import io.breakwater.loadtest.surge.scenario.model.Fault;
import io.breakwater.loadtest.surge.scenario.model.Limit;
import io.breakwater.loadtest.surge.scenario.model.Population;
import io.breakwater.loadtest.surge.scenario.model.Scenario;
import io.breakwater.loadtest.surge.scenario.model.Times;
import java.util.Locale;

/** What will be played, in words and numbers of the size at which it is played. */
public final class Description {
  private static final int WIDTH = 100;

  private final Replay replay;
  private final Scenario played;
  private final Outlook outlook;

  /** Of a scenario at a size. */
  public Description(Replay replay) {
    this.replay = replay;
    played = replay.played();
    outlook = new Outlook(played);
  }

  /** For a terminal. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        line(
            "%s: %s at 1/%s of the scale, on a clock %s times as fast",
            played.name(),
            Times.text(played.duration()),
            number(replay.by().scale()),
            number(replay.by().compress())));
    paragraph(text, "", played.title());
    text.append(line(played.facts().isEmpty() ? "%nNo facts: all of it is model." : "%nFacts"));
    for (Fact fact : played.facts()) {
      paragraph(text, "- ", "%s (%s)".formatted(fact.text(), fact.source()));
    }
    text.append(line("%nModel"));
    paragraph(text, "", played.model());
    text.append(line("%nPeople"));
    played.populations().forEach(each -> text.append(line("  %s", people(each))));
    text.append(line("%nStreams"));
    played.streams().forEach(each -> text.append(line("  %s", stream(each))));
    if (!played.faults().isEmpty()) {
      text.append(line("%nFaults"));
      for (Fault fault : played.faults()) {
        text.append(line("  at %s: %s", Times.text(fault.at()), fault.text()));
      }
    }
    text.append(line("%nLimits"));
    text.append(line("  no accepted message lost, doubled or reordered"));
    for (Limit limit : played.limits()) {
      text.append(line("  %s", limit.text()));
    }
    text.append(
        line(
            "%nAt most about %s sockets and %s messages/s; %s messages in all; at least %d gateways and %d delivery nodes",
            number(outlook.peakSockets()),
            number(outlook.peakMessages()),
            number(outlook.messages()),
            played.servers().gateways(),
            played.servers().deliveries()));
    if (outlook.unread() > 0) {
      text.append(line("%,d messages wait at the begin", outlook.unread()));
    }
    return text.toString();
  }

  private static String people(Population population) {
    StringBuilder text = new StringBuilder(population.name()).append(": ");
    switch (population.kind()) {
      case NEWCOMERS -> text.append("sign up");
      case RETURNING -> text.append(population.users()).append(" users, who were cut off");
      case EXISTING ->
          text.append(population.users())
              .append(" users, ")
              .append(population.online())
              .append(" online at the begin");
    }
    if (population.devices() > 1) {
      text.append(", ").append(population.devices()).append(" devices each");
    }
    if (population.unread() > 0) {
      text.append(", ").append(population.unread()).append(" unread messages each");
    }
    if (population.impatient() > 0) {
      text.append(", ").append(Times.percent(population.impatient())).append(" impatient");
    }
    return text.toString();
  }

  private static String stream(ArrivalStream stream) {
    RateCurve rate = stream.rate();
    String text =
        "%s: %s %s of %s, %s/s on average, at most %s/s at %s"
            .formatted(
                stream.name(),
                number(rate.expected()),
                stream.kind(),
                stream.of(),
                number(rate.mean()),
                number(rate.peak()),
                Times.text(rate.peakAt()));
    return switch (stream) {
      case ArrivalStream.SignUps signUps ->
          text + signUps.then().map(Description::afterwards).orElse("");
      case ArrivalStream.Connects connects ->
          text + connects.stay().map(stay -> ", who stay for " + Times.text(stay)).orElse("");
      case ArrivalStream.Messages messages ->
          messages.to().equals(messages.of()) ? text : text + ", to " + messages.to();
      case ArrivalStream.Reconnects _ -> text;
    };
  }

  private static String afterwards(Afterwards then) {
    String messages =
        then.to()
            .map(
                to ->
                    ", %d first messages to %s within %s"
                        .formatted(then.messages(), to, Times.text(then.over())))
            .orElse("");
    return "; each: connect, %d look-ups%s%s"
        .formatted(
            then.lookUps(),
            messages,
            then.stay().map(stay -> ", stays for " + Times.text(stay)).orElse(""));
  }

  /** For a report. Times are in milliseconds, rates per second, shares 0..1. */
  public ObjectNode json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("name", played.name()).put("title", played.title()).put("model", played.model());
    ArrayNode facts = root.putArray("facts");
    played
        .facts()
        .forEach(each -> facts.addObject().put("text", each.text()).put("source", each.source()));
    root.put("scale", replay.by().scale())
        .put("compress", replay.by().compress())
        .put("duration_ms", played.duration().toMillis())
        .put("gateways", played.servers().gateways())
        .put("deliveries", played.servers().deliveries())
        .put("peak_sockets", Math.round(outlook.peakSockets()))
        .put("peak_messages_per_s", outlook.peakMessages())
        .put("messages", outlook.messages())
        .put("unread", outlook.unread());
    ArrayNode populations = root.putArray("populations");
    played.populations().forEach(each -> put(each, populations.addObject()));
    ArrayNode streams = root.putArray("streams");
    played.streams().forEach(each -> put(each, streams.addObject()));
    ArrayNode faults = root.putArray("faults");
    for (Fault fault : played.faults()) {
      faults.addObject().put("at_ms", fault.at().toMillis()).put("what", fault.text());
    }
    ArrayNode limits = root.putArray("limits");
    for (Limit limit : played.limits()) {
      limits
          .addObject()
          .put("phase", limit.phase().toString())
          .put("of", limit.of())
          .put("what", limit.text());
    }
    return root;
  }

  private static void put(Population population, ObjectNode node) {
    node.put("name", population.name())
        .put("kind", population.kind().toString())
        .put("users", population.users())
        .put("online", population.online())
        .put("devices", population.devices())
        .put("impatient", population.impatient());
  }

  private static void put(ArrivalStream stream, ObjectNode node) {
    RateCurve rate = stream.rate();
    node.put("name", stream.name())
        .put("kind", stream.kind())
        .put("of", stream.of())
        .put("expected", rate.expected())
        .put("mean_per_s", rate.mean())
        .put("peak_per_s", rate.peak())
        .put("peak_at_ms", rate.peakAt().toMillis());
  }

  private static void paragraph(StringBuilder text, String bullet, String paragraph) {
    String indent = " ".repeat(bullet.length());
    StringBuilder line = new StringBuilder(bullet);
    for (String word : paragraph.strip().split("\\s+", -1)) {
      if (line.length() + word.length() > WIDTH) {
        text.append(line.toString().stripTrailing()).append(System.lineSeparator());
        line = new StringBuilder(indent);
      }
      line.append(word).append(' ');
    }
    text.append(line.toString().stripTrailing()).append(System.lineSeparator());
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format + "%n", values);
  }

  private static String number(double number) {
    boolean isExact = number < 10 && number != Math.rint(number);
    return String.format(Locale.ROOT, isExact ? "%.3g" : "%,.0f", number);
  }
}

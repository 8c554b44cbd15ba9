package io.breakwater.loadtest.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.loadtest.chaos.faults.Meter;
import io.breakwater.loadtest.chaos.faults.Recoveries;
import io.breakwater.loadtest.chaos.phones.CrowdPlan;
import io.breakwater.loadtest.chaos.plan.Cluster;
import io.breakwater.loadtest.chaos.plan.Step;
import io.breakwater.loadtest.chaos.report.Result;
import java.util.EnumSet;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A campaign and what it shows. No I/O.
 *
 * @param lastsMs how long people talked, as planned
 * @param skipped steps of the plan for which no time was left
 * @param notTried faults that the plan had not
 * @param metered what servers count
 * @param needed what had to be counted once at least
 */
record CampaignReport(
    Cluster cluster,
    CrowdPlan crowd,
    long lastsMs,
    List<CarriedOut> faults,
    List<Step> skipped,
    List<String> notTried,
    Set<Meter> metered,
    Set<Meter> needed,
    Recoveries recoveries,
    Result result) {
  CampaignReport {
    faults = List.copyOf(faults);
    skipped = List.copyOf(skipped);
    notTried = List.copyOf(notTried);
    metered = Set.copyOf(metered);
    needed = Set.copyOf(needed);
  }

  /** For people: what the history shows, and what only the campaign knows. */
  String text() {
    StringBuilder text = new StringBuilder(result.text());
    Formatter lines = new Formatter(text, Locale.ROOT);
    for (CarriedOut fault : faults) {
      lines.format(
          "  %6.1f s  %s: %s, %s%n",
          fault.begunAtMs() / 1000.0,
          fault.what(),
          fault.effect().toString().toLowerCase(Locale.ROOT),
          fault.readyAfterMs() < 0
              ? "not ready again"
              : String.format(
                  Locale.ROOT, "all ready %.1f s after its end", fault.readyAfterMs() / 1000.0));
    }
    lines.format("  %s%n", recoveries);
    lines.format("  needed: %s%n", names(needed));
    Set<Meter> unmetered = unmetered();
    if (!unmetered.isEmpty()) {
      lines.format("  not counted by these servers: %s%n", names(unmetered));
    }
    skipped.forEach(
        step -> lines.format("  no time was left for: %s of %s%n", step.fault(), step.targets()));
    lines.format("  not tried: %s%n", String.join(", ", notTried));
    return text.toString();
  }

  private Set<Meter> unmetered() {
    Set<Meter> unmetered = EnumSet.allOf(Meter.class);
    unmetered.removeAll(metered);
    return unmetered;
  }

  private static String names(Set<Meter> meters) {
    return meters.isEmpty()
        ? "nothing"
        : meters.stream().sorted().map(Meter::toString).collect(Collectors.joining(", "));
  }

  /** For programs. */
  String json(Origin origin) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("judgement", result.judgement().toString().toLowerCase(Locale.ROOT));
    root.put("command", origin.command())
        .put("commit", origin.commit())
        .put("date", origin.date())
        .put("machine", origin.machine())
        .put("seed", crowd.seed())
        .put("lastsMs", lastsMs);
    root.putObject("cluster")
        .put("gateways", cluster.gateways())
        .put("deliveries", cluster.deliveries())
        .put("cassandras", cluster.cassandras());
    root.putObject("crowd")
        .put("users", crowd.users())
        .put("devicesPerUser", crowd.devicesPerUser())
        .put("sendsPerSecond", crowd.sendsPerSecond())
        .put("payloadBytes", crowd.payloadBytes())
        .put("steady", crowd.isSteady());
    ArrayNode carriedOut = root.putArray("faults");
    for (CarriedOut fault : faults) {
      carriedOut
          .addObject()
          .put("what", fault.what())
          .put("plannedAtMs", fault.step().atMs())
          .put("begunAtMs", fault.begunAtMs())
          .put("effect", fault.effect().toString().toLowerCase(Locale.ROOT))
          .put("readyAfterMs", fault.readyAfterMs());
    }
    ArrayNode leftOut = root.putArray("skipped");
    skipped.forEach(step -> leftOut.add("%s of %s".formatted(step.fault(), step.targets())));
    notTried.forEach(root.putArray("notTried")::add);
    put(needed, root.putArray("needed"));
    put(unmetered(), root.putArray("notCounted"));
    root.putObject("recoveries")
        .put("count", recoveries.count())
        .put("entries", recoveries.entries())
        .put("ms", recoveries.ms())
        .put("sealAndReadMs", recoveries.sealAndReadMs())
        .put("handOverMs", recoveries.handOverMs())
        .put("entriesPerSecond", recoveries.entriesPerSecond());
    try {
      root.set("history", JsonMapper.builder().build().readTree(result.json()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a result writes JSON", e);
    }
    return root.toPrettyString();
  }

  private static void put(Set<Meter> meters, ArrayNode array) {
    meters.stream().sorted().forEach(meter -> array.add(meter.toString()));
  }
}

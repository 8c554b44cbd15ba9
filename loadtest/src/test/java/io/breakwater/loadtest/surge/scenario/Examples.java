package io.breakwater.loadtest.surge.scenario;

import io.breakwater.loadtest.surge.scenario.model.Scenario;

/** A scenario in which everything occurs. */
final class Examples {
  static final String ALL =
      """
      name: everything
      title: One of each.
      facts:
        - text: It happened.
          source: Somebody who was there
      model: The rest.
      duration: 1h
      small: {scale: 10, compress: 20}
      servers: {gateways: 2, deliveries: 2}
      populations:
        existing: {kind: existing, users: 10k, online: 80%, devices: 2, unread: 4, behaviour: {obedient: 75%, impatient: 25%}}
        newcomers: {kind: newcomers, behaviour: {impatient: 100%}}
        crowd: {kind: returning, users: 3k, behaviour: {obedient: 100%}}
      streams:
        chat:
          kind: messages
          of: existing
          rate: 100/s
          diurnal: {peak: 30m, low: 50%}
        networks:
          kind: reconnects
          of: existing
          rate: 1/s
        return:
          kind: connects
          of: crowd
          rate:
            - [0s, 0/s]
            - [30m, 0/s]
            - [30m, 2/s]
          stay: 10m
        joining:
          kind: sign-ups
          of: newcomers
          rate: 36k/h
          bursts: {factor: 2, length: 1m, gap: 4m, from: 10m, until: 50m}
          then: {look-ups: 3, messages: 2, to: existing, over: 10m, stay: 20m}
      message:
        payload: {160B: 90%, 2KiB: 10%}
        replies: 40%
        conversations: {of: pairs, partners: 6, popularity: zipf 0.8}
      faults:
        - {at: 10m, kind: kill-gateway}
        - {at: 15m, kind: kill-delivery, back: 1m}
        - {at: 20m, kind: restart-gateways, gap: 30s}
        - {at: 25m, kind: restart-deliveries, gap: 30s}
        - {at: 30m, kind: add-gateway}
        - {at: 40m, kind: hang-up, of: existing, share: 50%, away: 5m}
      limits:
        - {phase: send-to-delivered, of: existing, p99.9: 250ms}
        - {phase: resume, of: existing, max: 30s}
        - {phase: sign-up, of: newcomers, goodput: 99%}
        - {phase: sign-up, of: newcomers, rate: 5/s}
      """;

  private Examples() {}

  static Scenario all() {
    return parse(ALL);
  }

  /** One in which a text was put into the place of another. */
  static String with(String old, String replacement) {
    if (!ALL.contains(old)) {
      throw new IllegalArgumentException("not in the example: " + old);
    }
    return ALL.replace(old, replacement);
  }

  static Scenario parse(String yaml) {
    try {
      return Scenarios.parse("all.yaml", yaml);
    } catch (InvalidScenario e) {
      throw new AssertionError(e);
    }
  }

  /** The line of a text in the example, from 1. */
  static long line(String text) {
    return ALL.substring(0, ALL.indexOf(text)).chars().filter(each -> each == '\n').count() + 1;
  }
}

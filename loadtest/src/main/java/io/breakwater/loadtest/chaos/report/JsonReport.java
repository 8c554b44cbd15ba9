package io.breakwater.loadtest.chaos.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.loadtest.chaos.history.History;
import java.util.Locale;
import java.util.TreeMap;

/** A result for programs. */
final class JsonReport {
  private JsonReport() {}

  static String of(Result result) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("judgement", result.judgement().toString().toLowerCase(Locale.ROOT));
    ObjectNode broken = root.putObject("broken");
    new TreeMap<>(result.broken()).forEach((promise, times) -> broken.put(promise.name(), times));
    ArrayNode violations = root.putArray("violations");
    for (Violation violation : result.violations()) {
      ObjectNode each = violations.addObject();
      each.put("promise", violation.promise().name()).put("what", violation.what());
      ArrayNode witness = each.putArray("witness");
      violation.witness().forEach(fact -> witness.add(History.json(fact)));
    }
    ArrayNode doubts = root.putArray("doubts");
    result.doubts().forEach(doubts::add);
    put(result.figures(), root.putObject("figures"));
    ObjectNode sometimes = root.putObject("sometimes");
    new TreeMap<>(result.sometimes()).forEach(sometimes::put);
    ArrayNode interruptions = root.putArray("interruptions");
    for (Interruption each : result.interruptions()) {
      ObjectNode node =
          interruptions.addObject().put("fault", each.fault()).put("what", each.what());
      put(each.concerned(), node.putObject("concerned"));
      put(each.others(), node.putObject("others"));
      put(each.afterwards(), node.putObject("afterwards"));
    }
    return root.toPrettyString();
  }

  private static void put(Interruption.Pause pause, ObjectNode node) {
    node.put("users", pause.users())
        .put("withoutAcceptMs", pause.withoutAcceptMs())
        .put("withoutDeliveryMs", pause.withoutDeliveryMs());
  }

  private static void put(Figures figures, ObjectNode node) {
    node.put("facts", figures.facts())
        .put("lastsMs", figures.lastsMs())
        .put("invoked", figures.invoked())
        .put("accepted", figures.accepted())
        .put("refused", figures.refused())
        .put("unknown", figures.unknown())
        .put("open", figures.open())
        .put("delivered", figures.delivered())
        .put("repeated", figures.repeated())
        .put("repeatedPerMillion", figures.repeatedPerMillion())
        .put("stored", figures.stored());
  }
}

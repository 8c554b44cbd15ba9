package io.breakwater.loadtest.bench.site;

import io.breakwater.loadtest.bench.measure.JvmFlags;
import io.breakwater.loadtest.stack.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** With what the servers of a site run, as they say themselves. */
public final class ServerSettings {
  private ServerSettings() {}

  /** A line for each server whose process is known. Waits. */
  public static Map<Part, String> of(Site site) {
    Map<Part, String> settings = new EnumMap<>(Part.class);
    try {
      for (Map.Entry<Part, List<Long>> kind : site.pids().entrySet()) {
        int count = kind.getValue().size();
        if (count > 0) {
          settings.put(
              kind.getKey(),
              (count == 1 ? "" : count + " of them, each: ")
                  + JvmFlags.of(kind.getValue().getFirst())
                  + further(site, kind.getKey()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the flags of the servers", e);
    }
    return settings;
  }

  private static String further(Site site, Part part) {
    return switch (part) {
      case DELIVERY -> "";
      case GATEWAY ->
          site.metrics(part).stream()
              .findFirst()
              .flatMap(metrics -> metrics.label("breakwater_gateway_transport", "name"))
              .map(transport -> "; transport " + transport)
              .orElse("");
      case CASSANDRA ->
          site.cql()
              .map(
                  cql -> {
                    try (CassandraViews views = CassandraViews.connect(cql)) {
                      return "; " + String.join(" ", views.settings());
                    }
                  })
              .orElse("");
    };
  }
}

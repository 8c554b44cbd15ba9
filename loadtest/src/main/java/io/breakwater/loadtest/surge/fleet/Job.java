package io.breakwater.loadtest.surge.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.loadtest.line.LineLoop;
import io.breakwater.loadtest.surge.fleet.who.Handles;
import io.breakwater.loadtest.surge.scenario.InvalidScenario;
import io.breakwater.loadtest.surge.scenario.Replay;
import io.breakwater.loadtest.surge.scenario.Scenarios;
import io.breakwater.loadtest.surge.scenario.arrivals.Part;
import io.breakwater.loadtest.surge.scenario.model.Reduction;
import io.breakwater.loadtest.surge.scenario.model.Variation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a generator is to do.
 *
 * @param scenario name of one that is shipped, or a file
 * @param variation in what it is played otherwise than it is written
 * @param index of this generator, from 0
 * @param count of all generators
 * @param run 1 to 12 characters of a-z and 0-9; no two runs on the same servers have the same
 * @param gateways HOST:PORT each
 * @param firstSource N of the first source address 127.0.0.N
 * @param sources how many there are, of which no two generators should share one
 * @param facts the file to be written
 * @param users the file to be written, with this generator's own
 * @param heartbeatSeconds of the phones, 10..590
 * @param atOnce how many are signed up, connected or asked at a time before and after the run
 * @param waitSeconds how long each of the two steps at the end may take, 1..3600; the second one,
 *     in which devices are asked, a second more for each hundred of them
 */
public record Job(
    String scenario,
    double scale,
    double compress,
    Variation variation,
    long seed,
    int index,
    int count,
    String run,
    List<String> gateways,
    int firstSource,
    int sources,
    String facts,
    String users,
    int heartbeatSeconds,
    int atOnce,
    int waitSeconds) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  /** Checks what is not checked elsewhere. */
  public Job {
    check("heartbeatSeconds", heartbeatSeconds, 10, 590);
    check("atOnce", atOnce, 1, 10_000);
    check("waitSeconds", waitSeconds, 1, 3_600);
    gateways = List.copyOf(gateways);
    var _ = addresses(gateways);
    var _ = new Part(index, count);
    var _ = new Handles(run);
    var _ = new LineLoop.Sources(firstSource, sources);
  }

  private static void check(String name, int number, int least, int most) {
    if (number < least || number > most) {
      throw new IllegalArgumentException(
          "%s: %d (expected: %d..%d)".formatted(name, number, least, most));
    }
  }

  /**
   * Reads one.
   *
   * @throws IOException if it is no job; the message says what is wrong
   */
  public static Job read(Path file) throws IOException {
    try {
      return JSON.readValue(Files.readString(file), Job.class);
    } catch (JsonProcessingException e) {
      throw new IOException(file + ": " + e.getOriginalMessage(), e);
    }
  }

  /** Writes it for {@link #read}. */
  public void write(Path file) throws IOException {
    Files.writeString(file, JSON.writeValueAsString(this));
  }

  /** The scenario at its size. */
  Replay replay() throws IOException, InvalidScenario {
    return Replay.of(variation.of(Scenarios.load(scenario)), new Reduction(scale, compress));
  }

  Part part() {
    return new Part(index, count);
  }

  /**
   * Where gateways are.
   *
   * @throws IllegalArgumentException if there are none, or one is not HOST:PORT
   */
  static List<InetSocketAddress> addresses(List<String> gateways) {
    if (gateways.isEmpty()) {
      throw new IllegalArgumentException("gateways: none (expected: HOST:PORT, one or more)");
    }
    return gateways.stream().map(Job::address).toList();
  }

  private static InetSocketAddress address(String gateway) {
    int colon = gateway.lastIndexOf(':');
    try {
      InetSocketAddress address =
          new InetSocketAddress(
              gateway.substring(0, colon),
              Integer.parseInt(gateway, colon + 1, gateway.length(), 10));
      if (!address.isUnresolved()) {
        return address;
      }
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw notAnAddress(gateway, e);
    }
    throw notAnAddress(gateway, null);
  }

  private static IllegalArgumentException notAnAddress(
      String gateway, @Nullable RuntimeException cause) {
    return new IllegalArgumentException(
        "gateway: '%s' (expected: HOST:PORT of a host that is known)".formatted(gateway), cause);
  }
}

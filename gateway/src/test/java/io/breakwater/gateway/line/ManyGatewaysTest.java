package io.breakwater.gateway.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Gateways that know nothing of each other but the secret, and a tier that lets those go on whose
 * line has the earliest first. On virtual time.
 */
final class ManyGatewaysTest {
  private static final long BEGIN = 1_700_000_000_000L;

  private final SplittableRandom random = new SplittableRandom(1);
  private final List<Gateway> gateways = new ArrayList<>();
  private final List<Person> served = new ArrayList<>();
  private final List<Person> turnedAway = new ArrayList<>();
  private long nowMs = BEGIN;
  private long connections;

  /** Who signs up. */
  private static final class Person {
    private final byte[] id;
    private final long cameMs;
    private byte[] ticket = new byte[0];

    Person(int number, long cameMs) {
      this.id = ByteBuffer.allocate(16).putInt(number).array();
      this.cameMs = cameMs;
    }
  }

  private record Seat(Person person, Waiting place) {}

  private final class Gateway {
    private final TicketMint mint = new TicketMint(new byte[32]);
    private final Line line =
        new WaitingRoom(new LineLimits(1_000, 3_000), 1, random.split()).line(0);
    private final Map<Long, Seat> here = new HashMap<>();

    /** Whether there was a place. */
    boolean takes(Person person) {
      long arrivedMs =
          mint.read(person.id, person.ticket, nowMs)
                  instanceof Ticket.Good(long before, var _, var _)
              ? before
              : nowMs;
      long connection = ++connections;
      person.ticket = mint.issue(person.id, arrivedMs, nowMs, 0);
      return switch (line.join(connection, arrivedMs, nowMs)) {
        case Admission.Admitted(Waiting place) -> {
          here.put(connection, new Seat(person, place));
          yield true;
        }
        case Admission.Preferred(Waiting place, long givesWay) -> {
          turnedAway.add(gone(givesWay).person());
          here.put(connection, new Seat(person, place));
          yield true;
        }
        case Admission.Full() -> {
          turnedAway.add(person);
          yield false;
        }
      };
    }

    Seat gone(long connection) {
      return Objects.requireNonNull(here.remove(connection));
    }

    void serve() {
      Waiting first = line.first().orElseThrow();
      line.turn(first);
      served.add(gone(first.connection()).person());
    }
  }

  private void gateways(int count) {
    for (int i = 0; i < count; i++) {
      gateways.add(new Gateway());
    }
  }

  private Gateway any() {
    return gateways.get(random.nextInt(gateways.size()));
  }

  private void tierServes(int people) {
    for (int i = 0; i < people; i++) {
      gateways.stream()
          .filter(gateway -> !gateway.line.isEmpty())
          .min(Comparator.comparingLong(gateway -> gateway.line.first().orElseThrow().arrivedMs()))
          .ifPresent(Gateway::serve);
    }
  }

  private void assertInOrder() {
    assertThat(served).isSortedAccordingTo(Comparator.comparingLong(person -> person.cameMs));
  }

  @Test
  void first_come_is_first_served_when_everybody_reconnects_elsewhere_all_the_time() {
    gateways(2);
    for (int i = 0; i < 1_500; i++) {
      nowMs += 2;
      Person person = new Person(i, nowMs);
      assertThat(any().takes(person)).isTrue();
      if (i % 3 == 0) {
        moves();
      }
      if (i % 4 == 0) {
        tierServes(1);
      }
    }
    tierServes(1_500);
    assertThat(served).hasSize(1_500);
    assertInOrder();
  }

  /** Somebody loses its connection, and connects to any gateway. */
  private void moves() {
    Gateway from = any();
    if (from.here.isEmpty()) {
      return;
    }
    long connection = from.here.keySet().iterator().next();
    Seat seat = from.gone(connection);
    from.line.leave(seat.place());
    any().takes(seat.person());
  }

  @Test
  void a_gateway_that_dies_takes_no_place_with_it() {
    gateways(3);
    for (int i = 0; i < 900; i++) {
      nowMs += 2;
      gateways.get(i % 3).takes(new Person(i, nowMs));
    }
    Gateway dead = gateways.remove(1);
    List<Person> homeless = new ArrayList<>(dead.here.values().stream().map(Seat::person).toList());
    // They come back over a minute, in any order, while others come and the tier goes on.
    for (int i = 0; !homeless.isEmpty(); i++) {
      nowMs += 200;
      any().takes(homeless.remove(random.nextInt(homeless.size())));
      any().takes(new Person(10_000 + i, nowMs));
    }
    tierServes(2_000);
    assertThat(served).hasSize(1_200);
    assertInOrder();
  }

  @Test
  void whom_a_full_room_turned_away_keeps_its_place_before_those_who_came_later() {
    gateways(1);
    for (int i = 0; i < 1_200; i++) {
      nowMs += 2;
      any().takes(new Person(i, nowMs));
    }
    assertThat(turnedAway).hasSize(200);
    tierServes(300);
    List<Person> back = new ArrayList<>(turnedAway);
    turnedAway.clear();
    // Newcomers fill the room before they are back.
    for (int i = 0; i < 400; i++) {
      nowMs += 2;
      any().takes(new Person(2_000 + i, nowMs));
    }
    back.forEach(person -> assertThat(any().takes(person)).isTrue());
    tierServes(1_200);
    assertInOrder();
  }

  @Test
  void who_stays_away_for_too_long_begins_anew_at_the_end() {
    gateways(1);
    Person ann = new Person(1, nowMs);
    any().takes(ann);
    Gateway dead = gateways.removeFirst();
    assertThat(dead.here).hasSize(1);
    gateways(1);
    nowMs += 1_000;
    Person bob = new Person(2, nowMs);
    any().takes(bob);
    nowMs += TicketMint.LAPSE_MS;
    any().takes(ann);
    tierServes(2);
    assertThat(served).containsExactly(bob, ann);
  }
}

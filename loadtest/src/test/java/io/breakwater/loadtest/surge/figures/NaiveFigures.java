package io.breakwater.loadtest.surge.figures;

import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import io.breakwater.loadtest.surge.report.result.Ledger;
import io.breakwater.loadtest.surge.report.result.Phase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The same figures, found by looking through all facts for each of them again. */
final class NaiveFigures {
  /** How long, and when it ended; empty: it did not. */
  record Time(long nanos, Optional<Long> endNanos) {}

  private final Span span;
  private final List<Fact> facts;

  NaiveFigures(Span span, List<List<Fact>> generators) {
    this.span = span;
    facts = generators.stream().flatMap(List::stream).toList();
  }

  private <T extends Fact> Stream<T> all(Class<T> kind) {
    return facts.stream().filter(kind::isInstance).map(kind::cast);
  }

  private Time ended(long from, long to) {
    return new Time(Math.max(0, to - from), Optional.of(to));
  }

  private Time open(long from) {
    return new Time(span.endNanos() - from, Optional.empty());
  }

  private boolean isInRun(long nanos) {
    return nanos >= span.beginNanos();
  }

  /** Of one phase and population, in no order. */
  List<Time> times(Phase phase, int population) {
    List<Time> times = new ArrayList<>();
    switch (phase) {
      case SIGN_UP -> {
        all(Fact.SignedUp.class)
            .filter(each -> each.who().population() == population)
            .forEach(each -> times.add(ended(each.intendedNanos(), each.doneNanos())));
        all(Fact.NotSignedUp.class)
            .filter(each -> each.who().population() == population)
            .forEach(each -> times.add(open(each.intendedNanos())));
      }
      case CONNECT, RESUME -> sessions(phase == Phase.RESUME, population, times);
      case SYNC ->
          all(Fact.Synced.class)
              .filter(each -> each.who().population() == population)
              .filter(each -> isInRun(each.welcomeNanos()))
              .forEach(each -> times.add(ended(each.welcomeNanos(), each.syncedNanos())));
      case SEND_TO_ACCEPTED -> {
        for (Fact.Written written : writtenBy(population)) {
          if (rejected(written).isEmpty()) {
            times.add(
                accepted(written)
                    .map(at -> ended(written.intendedNanos(), at))
                    .orElseGet(() -> open(written.intendedNanos())));
          }
        }
      }
      case ACCEPTED_TO_DELIVERED, SEND_TO_DELIVERED ->
          delivered(phase == Phase.SEND_TO_DELIVERED, population, times);
    }
    return times;
  }

  private void sessions(boolean isResumed, int population, List<Time> times) {
    all(Fact.Welcomed.class)
        .filter(each -> each.who().population() == population && each.isResumed() == isResumed)
        .filter(each -> isInRun(each.sinceNanos()))
        .forEach(each -> times.add(ended(each.sinceNanos(), each.welcomeNanos())));
    all(Fact.Due.class)
        .filter(each -> each.isDone() && population == Played.EXISTING)
        .filter(each -> each.stream() == (isResumed ? Played.NETWORKS : Played.ARRIVE))
        .forEach(
            due -> {
              long welcomed =
                  all(Fact.Welcomed.class)
                      .filter(each -> each.sinceNanos() == due.intendedNanos())
                      .count();
              Optional<Fact.Left> left = overtaken(due);
              for (long i = welcomed; i < (isResumed ? 1 : Played.DEVICES); i++) {
                times.add(
                    left.map(each -> openUntil(due.intendedNanos(), each))
                        .orElseGet(() -> open(due.intendedNanos())));
              }
            });
    for (int place = 0; place < facts.size(); place++) {
      Optional<Who> waits =
          switch (facts.get(place)) {
            case Fact.Lost lost when isResumed && !lost.reason().equals("network") ->
                Optional.of(lost.who());
            case Fact.Coming coming when coming.isResumed() && isResumed ->
                Optional.of(coming.who());
            case Fact.Coming coming
                when !coming.isResumed()
                    && !isResumed
                    && coming.who().population() == Played.NEWCOMERS ->
                Optional.of(coming.who());
            default -> Optional.empty();
          };
      if (waits.isPresent() && waits.get().population() == population) {
        long from =
            facts.get(place) instanceof Fact.Lost lost
                ? lost.atNanos()
                : ((Fact.Coming) facts.get(place)).sinceNanos();
        switch (next(waits.get(), place)) {
          case Fact.Left left -> times.add(openUntil(from, left));
          case Fact.Welcomed _ -> {}
          default -> times.add(open(from));
        }
      }
    }
  }

  private static Time openUntil(long from, Fact.Left left) {
    return new Time(left.atNanos() - from, Optional.empty());
  }

  /** When it is welcomed or leaves after one of the facts; that fact itself if it never does. */
  private Fact next(Who who, int place) {
    return facts.subList(place + 1, facts.size()).stream()
        .filter(
            each ->
                (each instanceof Fact.Welcomed welcomed && welcomed.who().equals(who))
                    || (each instanceof Fact.Left left && left.who().equals(who)))
        .findFirst()
        .orElse(facts.get(place));
  }

  /** If an arrival broke a connection and its device left before it was welcomed: when it left. */
  private Optional<Fact.Left> overtaken(Fact.Due due) {
    for (int place = 0; place < facts.size(); place++) {
      if (facts.get(place) instanceof Fact.Lost lost
          && lost.reason().equals("network")
          && lost.atNanos() == due.intendedNanos()) {
        return next(lost.who(), place) instanceof Fact.Left left
            ? Optional.of(left)
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private List<Fact.Written> writtenBy(int population) {
    return all(Fact.Written.class).filter(each -> each.from().population() == population).toList();
  }

  private static boolean isSame(Fact.Written written, Who from, Who to, long number) {
    return written.number() == number
        && written.from().equals(from)
        && written.to().population() == to.population()
        && written.to().user() == to.user();
  }

  private Optional<Long> accepted(Fact.Written written) {
    return all(Fact.Accepted.class)
        .filter(each -> isSame(written, each.from(), each.to(), each.number()))
        .map(Fact.Accepted::acceptedNanos)
        .filter(at -> at <= span.endNanos())
        .findFirst();
  }

  private Optional<Fact.Rejected> rejected(Fact.Written written) {
    return all(Fact.Rejected.class)
        .filter(each -> each.atNanos() <= span.endNanos())
        .filter(each -> isSame(written, each.from(), each.to(), each.number()))
        .findFirst();
  }

  /** Since when a device meant to be online before one of the facts; empty: it did not. */
  private Optional<Long> onlineSince(Who device, int place) {
    Optional<Long> since = Optional.empty();
    for (Fact each : facts.subList(0, place)) {
      if (each instanceof Fact.Welcomed welcomed
          && welcomed.who().equals(device)
          && since.isEmpty()) {
        since = Optional.of(welcomed.sinceNanos());
      } else if (each instanceof Fact.Coming coming && coming.who().equals(device)) {
        since = Optional.of(coming.sinceNanos());
      } else if (each instanceof Fact.Left left && left.who().equals(device)) {
        since = Optional.empty();
      }
    }
    return since;
  }

  private boolean meantToBeOnline(Who device, int place, long waitsFrom) {
    return onlineSince(device, place).map(since -> since <= waitsFrom).orElse(false);
  }

  private boolean isOnline(Who device) {
    boolean isOnline = false;
    for (Fact each : facts) {
      if (each instanceof Fact.Welcomed welcomed && welcomed.who().equals(device)) {
        isOnline = true;
      } else if (each instanceof Fact.Left left && left.who().equals(device)) {
        isOnline = false;
      }
    }
    return isOnline;
  }

  /** The place of the first fact by which a device has it; -1: it has not. */
  private int delivery(Fact.Written written, Who device) {
    for (int i = 0; i < facts.size(); i++) {
      if (facts.get(i) instanceof Fact.Delivered delivered
          && delivered.to().equals(device)
          && isSame(written, delivered.from(), delivered.to(), delivered.number())) {
        return i;
      }
    }
    return -1;
  }

  private static List<Who> devices(Fact.Written written) {
    return Stream.iterate(0, device -> device + 1)
        .limit(written.to().population() == Played.EXISTING ? Played.DEVICES : 1)
        .map(device -> new Who(written.to().population(), written.to().user(), device))
        .toList();
  }

  private void delivered(boolean isFromSend, int population, List<Time> times) {
    for (Fact.Written written : writtenBy(population)) {
      Optional<Long> accepted = accepted(written);
      if (rejected(written).isPresent() || (accepted.isEmpty() && !isFromSend)) {
        continue;
      }
      long waitsFrom = accepted.orElse(written.intendedNanos());
      long from = isFromSend ? written.intendedNanos() : waitsFrom;
      for (Who device : devices(written)) {
        int place = delivery(written, device);
        if (place >= 0) {
          if (meantToBeOnline(device, place, waitsFrom)) {
            times.add(ended(from, ((Fact.Delivered) facts.get(place)).deliveredNanos()));
          }
        } else if (meantToBeOnline(device, facts.size(), waitsFrom)) {
          times.add(open(from));
        }
      }
    }
  }

  Ledger ledger() {
    long owed = 0;
    long delivered = 0;
    long lost = 0;
    long unaccounted = 0;
    long waiting = 0;
    Set<Fact.Delivered> distinct = new HashSet<>();
    all(Fact.Delivered.class).forEach(distinct::add);
    for (Fact.Written written : all(Fact.Written.class).toList()) {
      Optional<Long> accepted = accepted(written);
      if (accepted.isEmpty()) {
        continue;
      }
      for (Who device : devices(written)) {
        owed++;
        if (delivery(written, device) >= 0) {
          delivered++;
        } else if (all(Fact.CaughtUp.class)
            .anyMatch(
                each -> each.who().equals(device) && each.atNanos() >= accepted.orElseThrow())) {
          lost++;
        } else if (isOnline(device)) {
          unaccounted++;
        } else {
          waiting++;
        }
      }
    }
    return new Ledger(owed, delivered, lost, 0, 0, unaccounted, waiting, 0, 0, 0L);
  }

  /** The time that a share of them took no longer than. */
  static double percentileMs(List<Time> times, double percent) {
    List<Long> sorted = new ArrayList<>(times.stream().map(Time::nanos).toList());
    Collections.sort(sorted);
    int rank = (int) Math.ceil(percent / 100 * sorted.size());
    return sorted.get(Math.max(1, rank) - 1) / 1e6;
  }
}

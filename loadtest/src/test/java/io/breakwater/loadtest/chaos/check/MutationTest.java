package io.breakwater.loadtest.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.client.core.MessageId;
import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.history.History;
import io.breakwater.loadtest.chaos.payload.Content;
import io.breakwater.loadtest.chaos.payload.Conversation;
import io.breakwater.loadtest.chaos.payload.Device;
import io.breakwater.loadtest.chaos.payload.Identity;
import io.breakwater.loadtest.chaos.report.Judgement;
import io.breakwater.loadtest.chaos.report.Promise;
import io.breakwater.loadtest.chaos.report.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Each history keeps all promises but for one thing that was changed: it is found, and shown. */
final class MutationTest {
  private static final int SEEDS = 25;
  private static final int STEPS = 1_500;
  private static final Requirements FEW =
      new Requirements(Duration.ofMinutes(1), Duration.ZERO, 20, 20, 1, Set.of());

  /** A history to be changed. */
  private static final class Mutant {
    private record Place(Device device, long entryId) {}

    final List<Fact> facts;

    /** How often an entry was handed over, before anything is changed. */
    private final Map<Place, Integer> times = new HashMap<>();

    /** By what their payloads say. */
    private final Map<Content, Fact.SendInvoked> sends = new HashMap<>();

    Mutant(long seed) {
      facts = SyntheticCampaign.facts(seed, STEPS);
      all(Fact.Delivered.class, _ -> true)
          .forEach(each -> times.merge(new Place(each.device(), each.entryId()), 1, Integer::sum));
      all(Fact.SendInvoked.class, _ -> true)
          .forEach(
              each ->
                  sends.put(
                      new Content.Sound(
                          new Identity(each.device(), each.conversation(), each.sequence())),
                      each));
    }

    <F extends Fact> List<F> all(Class<F> type, Predicate<F> which) {
      return facts.stream().filter(type::isInstance).map(type::cast).filter(which).toList();
    }

    /** One in the middle of those there are. */
    <F extends Fact> F some(Class<F> type, Predicate<F> which) {
      List<F> all = all(type, which);
      assertThat(all).as("%ss that can be changed", type.getSimpleName()).isNotEmpty();
      return all.get(all.size() / 2);
    }

    void remove(Fact fact) {
      facts.remove(fact);
    }

    void replace(Fact fact, Fact by) {
      facts.set(facts.indexOf(fact), by);
    }

    void replaceAll(UnaryOperator<Fact> change) {
      facts.replaceAll(change);
    }

    /** Right behind that number. */
    <F extends Fact> F insert(F fact) {
      int at = 0;
      while (facts.get(at).number() < fact.number()) {
        at++;
      }
      facts.add(at, fact);
      return fact;
    }

    boolean isFirstDevice(Device device) {
      return device.number() == 1;
    }

    /** What it was handed last before that. */
    Optional<Fact.Delivered> lastBefore(Fact.Delivered fact) {
      return all(
              Fact.Delivered.class,
              each -> each.device().equals(fact.device()) && each.number() < fact.number())
          .stream()
          .reduce((_, last) -> last);
    }

    boolean isHandedOnce(Fact.Delivered delivered) {
      return times.getOrDefault(new Place(delivered.device(), delivered.entryId()), 0) == 1;
    }

    boolean isNeverRepeated(Fact.Delivered delivered) {
      return all(
              Fact.Repeated.class,
              each ->
                  each.device().equals(delivered.device())
                      && isSame(delivered, each.sender(), each.conversation(), each.clientId()))
          .isEmpty();
    }

    Fact.SendInvoked invoked(Fact.Delivered delivered) {
      return Objects.requireNonNull(sends.get(delivered.content()), delivered.toString());
    }

    boolean isOf(Fact.Delivered delivered, Device device, Conversation talk, long sequence) {
      return delivered.content().equals(new Content.Sound(new Identity(device, talk, sequence)));
    }
  }

  private static boolean isSame(
      Fact.Delivered delivered, Device sender, Conversation conversation, long clientId) {
    return delivered.sender().equals(sender)
        && delivered.conversation().equals(conversation)
        && delivered.clientId() == clientId;
  }

  /** Changes a history, and says which facts have to be shown: at least one of them. */
  private interface Mutation {
    Set<Fact> apply(Mutant mutant);
  }

  private static void assertBreaks(Promise promise, Mutation mutation) throws IOException {
    for (int seed = 0; seed < SEEDS; seed++) {
      Mutant mutant = new Mutant(seed);
      Set<Fact> changed = mutation.apply(mutant);

      Result result = Checker.check(History.of(mutant.facts), FEW);

      assertThat(result.judgement())
          .as("seed %d: %s", seed, result.text())
          .isEqualTo(Judgement.INVALID);
      assertThat(result.violations())
          .as("seed %d: %s, shown by one of %s", seed, result.text(), changed)
          .anyMatch(
              violation ->
                  violation.promise() == promise
                      && violation.witness().stream().anyMatch(changed::contains));
    }
  }

  private static Fact.Delivered changed(
      Fact.Delivered it,
      long number,
      Device device,
      long entryId,
      MessageId messageId,
      Content content) {
    return new Fact.Delivered(
        number,
        it.atMs(),
        device,
        it.run(),
        entryId,
        it.sender(),
        it.conversation(),
        it.clientId(),
        messageId,
        content);
  }

  private static Fact.Delivered again(Fact.Delivered it, long number, Device device, long entryId) {
    return changed(it, number, device, entryId, it.messageId(), it.content());
  }

  // ---- P2

  private static Set<Fact> lose(Mutant mutant, Predicate<Fact.Delivered> which) {
    Fact.Delivered lost =
        mutant.some(
            Fact.Delivered.class,
            each ->
                mutant.isFirstDevice(each.device())
                    && mutant.isHandedOnce(each)
                    && mutant.isNeverRepeated(each)
                    && which.test(each));
    Fact.SendInvoked invoked = mutant.invoked(lost);
    mutant.remove(lost);
    return Set.of(invoked);
  }

  @Test
  void a_lost_message_is_found() throws IOException {
    assertBreaks(
        Promise.P2, mutant -> lose(mutant, each -> each.sender().user() != each.device().user()));
  }

  @Test
  void a_copy_that_another_device_of_the_sender_lacks_is_found() throws IOException {
    assertBreaks(
        Promise.P2,
        mutant ->
            lose(
                mutant,
                each ->
                    each.sender().user() == each.device().user()
                        && !each.conversation().isNotes()));
  }

  @Test
  void an_unknown_outcome_that_is_not_the_same_for_all_is_found() throws IOException {
    assertBreaks(
        Promise.P2,
        mutant -> {
          List<Fact.SendUnknown> unknown = mutant.all(Fact.SendUnknown.class, _ -> true);
          return lose(
              mutant,
              each ->
                  unknown.stream()
                      .anyMatch(
                          send ->
                              mutant.isOf(
                                  each, send.device(), send.conversation(), send.sequence())));
        });
  }

  @Test
  void a_doubled_message_is_found() throws IOException {
    assertBreaks(
        Promise.P2,
        mutant -> {
          Fact.Delivered once = mutant.some(Fact.Delivered.class, mutant::isHandedOnce);
          return Set.of(
              mutant.insert(again(once, once.number() + 1, once.device(), once.entryId() + 1)));
        });
  }

  @Test
  void a_message_that_is_handed_again_without_a_kill_is_found() throws IOException {
    assertBreaks(
        Promise.P4,
        mutant -> {
          Fact.Delivered once = mutant.some(Fact.Delivered.class, mutant::isHandedOnce);
          return Set.of(
              mutant.insert(again(once, once.number() + 1, once.device(), once.entryId())));
        });
  }

  @Test
  void a_message_that_its_sender_is_handed_is_found() throws IOException {
    assertBreaks(
        Promise.P2,
        mutant -> {
          Fact.Delivered other =
              mutant.some(
                  Fact.Delivered.class,
                  each ->
                      each.sender().user() == each.device().user()
                          && !each.conversation().isNotes());
          Fact.Delivered own =
              mutant.some(
                  Fact.Delivered.class,
                  each ->
                      each.device().equals(other.sender())
                          && mutant.isHandedOnce(each)
                          && each.number() > mutant.invoked(other).number());
          Fact.Delivered changed =
              new Fact.Delivered(
                  own.number(),
                  own.atMs(),
                  own.device(),
                  own.run(),
                  own.entryId(),
                  other.sender(),
                  other.conversation(),
                  other.clientId(),
                  other.messageId(),
                  other.content());
          mutant.replace(own, changed);
          return Set.of(changed);
        });
  }

  @Test
  void a_message_that_a_client_drops_and_never_got_is_found() throws IOException {
    assertBreaks(
        Promise.P2,
        mutant -> {
          Fact.Delivered lost =
              mutant.some(
                  Fact.Delivered.class,
                  each -> mutant.isFirstDevice(each.device()) && mutant.isHandedOnce(each));
          Fact.Repeated repeated =
              new Fact.Repeated(
                  lost.number(),
                  lost.atMs(),
                  lost.device(),
                  lost.sender(),
                  lost.conversation(),
                  lost.clientId(),
                  lost.messageId());
          // Its client id has to be known by then.
          mutant.replaceAll(
              fact ->
                  fact instanceof Fact.SendInvoked send
                          && mutant.isOf(lost, send.device(), send.conversation(), send.sequence())
                      ? new Fact.SendInvoked(
                          send.number(),
                          send.atMs(),
                          send.device(),
                          send.conversation(),
                          send.sequence(),
                          lost.clientId(),
                          send.after(),
                          send.bytes())
                      : fact);
          mutant.replace(lost, repeated);
          return Set.of(repeated);
        });
  }

  @Test
  void a_store_that_forgot_is_found() throws IOException {
    assertBreaks(
        Promise.P2,
        mutant -> {
          Fact.ApplicationStarted start =
              mutant.some(Fact.ApplicationStarted.class, each -> each.cursor() > 20);
          Fact.ApplicationStarted earlier =
              new Fact.ApplicationStarted(
                  start.number(), start.atMs(), start.device(), start.run(), 1);
          mutant.replace(start, earlier);
          return Set.of(earlier);
        });
  }

  // ---- P3

  @Test
  void two_message_ids_of_one_send_are_found() throws IOException {
    assertBreaks(
        Promise.P3,
        mutant -> {
          Fact.Delivered one = mutant.some(Fact.Delivered.class, mutant::isHandedOnce);
          Fact.Delivered other =
              changed(
                  one,
                  one.number(),
                  one.device(),
                  one.entryId(),
                  new MessageId(one.messageId().high() + 1, one.messageId().low()),
                  one.content());
          mutant.replace(one, other);
          return Set.of(other);
        });
  }

  @Test
  void two_client_ids_of_one_send_are_found() throws IOException {
    assertBreaks(
        Promise.P3,
        mutant -> {
          Fact.SendAccepted told = mutant.some(Fact.SendAccepted.class, _ -> true);
          Fact.SendAccepted other =
              new Fact.SendAccepted(
                  told.number(),
                  told.atMs(),
                  told.device(),
                  told.conversation(),
                  told.sequence(),
                  told.clientId() + 100_000,
                  told.messageId());
          mutant.replace(told, other);
          return Set.of(other);
        });
  }

  @Test
  void a_message_that_a_stranger_gets_is_found() throws IOException {
    assertBreaks(
        Promise.P3,
        mutant -> {
          Fact.Delivered own =
              mutant.some(
                  Fact.Delivered.class,
                  each -> mutant.isFirstDevice(each.device()) && mutant.isHandedOnce(each));
          Fact.Delivered theirs =
              mutant.some(
                  Fact.Delivered.class,
                  each ->
                      !each.conversation().has(own.device().user())
                          && each.number() < own.number());
          Fact.Delivered leaked =
              new Fact.Delivered(
                  own.number() + 1,
                  own.atMs(),
                  own.device(),
                  own.run(),
                  own.entryId() + 1,
                  theirs.sender(),
                  theirs.conversation(),
                  theirs.clientId(),
                  theirs.messageId(),
                  theirs.content());
          return Set.of(mutant.insert(leaked));
        });
  }

  @Test
  void a_message_that_nobody_sent_is_found() throws IOException {
    assertBreaks(
        Promise.P3,
        mutant -> {
          Fact.Delivered real = mutant.some(Fact.Delivered.class, mutant::isHandedOnce);
          Identity ghost = new Identity(real.sender(), real.conversation(), 1_000_000);
          return Set.of(
              mutant.insert(
                  changed(
                      real,
                      real.number() + 1,
                      real.device(),
                      real.entryId() + 1,
                      real.messageId(),
                      new Content.Sound(ghost))));
        });
  }

  @Test
  void content_that_is_not_of_this_campaign_is_found() throws IOException {
    assertBreaks(Promise.P3, mutant -> withContent(mutant, new Content.Foreign()));
  }

  @Test
  void a_message_that_comes_as_that_of_somebody_else_is_found() throws IOException {
    assertBreaks(
        Promise.P3,
        mutant -> {
          Fact.Delivered real =
              mutant.some(
                  Fact.Delivered.class,
                  each -> each.sender().number() == 1 && mutant.isHandedOnce(each));
          Fact.Delivered forged =
              new Fact.Delivered(
                  real.number(),
                  real.atMs(),
                  real.device(),
                  real.run(),
                  real.entryId(),
                  new Device(real.sender().user(), 2),
                  real.conversation(),
                  real.clientId(),
                  real.messageId(),
                  real.content());
          mutant.replace(real, forged);
          return Set.of(forged);
        });
  }

  /** A delivery of another message becomes one of this. */
  private static Set<Fact> handSomebody(Mutant mutant, Fact.SendRefused refused) {
    Fact.Delivered next =
        mutant.some(
            Fact.Delivered.class,
            each ->
                refused.conversation().has(each.device().user())
                    && !each.device().equals(refused.device())
                    && mutant.isHandedOnce(each)
                    && each.number() > refused.number());
    Fact.Delivered handed =
        new Fact.Delivered(
            next.number() + 1,
            next.atMs(),
            next.device(),
            next.run(),
            next.entryId() + 1,
            refused.device(),
            refused.conversation(),
            refused.clientId(),
            new MessageId(next.messageId().high() + 1, 99),
            new Content.Sound(
                new Identity(refused.device(), refused.conversation(), refused.sequence())));
    return Set.of(mutant.insert(handed));
  }

  @Test
  void a_message_that_was_refused_and_is_delivered_is_found() throws IOException {
    assertBreaks(
        Promise.P3,
        mutant -> handSomebody(mutant, mutant.all(Fact.SendRefused.class, _ -> true).get(0)));
  }

  @Test
  void a_message_that_was_refused_and_is_stored_is_found() throws IOException {
    assertBreaks(
        Promise.P3,
        mutant -> {
          Fact.SendRefused refused = mutant.some(Fact.SendRefused.class, _ -> true);
          Fact.StorageRead read = mutant.some(Fact.StorageRead.class, _ -> true);
          mutant.replace(
              read, new Fact.StorageRead(read.number(), read.atMs(), read.messages() + 1));
          return Set.of(
              mutant.insert(
                  new Fact.Stored(
                      read.number() - 1,
                      read.atMs(),
                      refused.device(),
                      refused.conversation(),
                      refused.clientId(),
                      new MessageId(5, 5),
                      new Content.Sound(
                          new Identity(
                              refused.device(), refused.conversation(), refused.sequence())))));
        });
  }

  @Test
  void two_outcomes_of_one_send_are_found() throws IOException {
    assertBreaks(
        Promise.P3,
        mutant -> {
          Fact.SendAccepted told = mutant.some(Fact.SendAccepted.class, _ -> true);
          return Set.of(
              mutant.insert(
                  new Fact.SendRefused(
                      told.number() + 1,
                      told.atMs(),
                      told.device(),
                      told.conversation(),
                      told.sequence(),
                      told.clientId(),
                      "REASON")));
        });
  }

  // ---- P4

  /** The messages of two neighbouring deliveries at one device change places. */
  private static Set<Fact> swap(Mutant mutant, BiPredicate<Fact.Delivered, Fact.Delivered> which) {
    List<Fact.Delivered> all = mutant.all(Fact.Delivered.class, mutant::isHandedOnce);
    for (Fact.Delivered first : all) {
      for (Fact.Delivered second : all) {
        if (first.number() < second.number()
            && first.device().equals(second.device())
            && which.test(first, second)) {
          Fact.Delivered early =
              new Fact.Delivered(
                  first.number(),
                  first.atMs(),
                  first.device(),
                  first.run(),
                  first.entryId(),
                  second.sender(),
                  second.conversation(),
                  second.clientId(),
                  second.messageId(),
                  second.content());
          Fact.Delivered late =
              new Fact.Delivered(
                  second.number(),
                  second.atMs(),
                  second.device(),
                  second.run(),
                  second.entryId(),
                  first.sender(),
                  first.conversation(),
                  first.clientId(),
                  first.messageId(),
                  first.content());
          mutant.replace(first, early);
          mutant.replace(second, late);
          return Set.of(early, late);
        }
      }
    }
    throw new AssertionError("there are two such deliveries");
  }

  @Test
  void messages_of_one_sender_that_come_in_another_order_are_found() throws IOException {
    assertBreaks(
        Promise.P4,
        mutant ->
            swap(
                mutant,
                (first, second) ->
                    mutant.isFirstDevice(first.device())
                        && first.sender().equals(second.sender())
                        && first.conversation().equals(second.conversation())
                        && mutant.invoked(second).number() < first.number()));
  }

  /** Everywhere. */
  private static MessageId moved(MessageId id, MessageId from, MessageId to) {
    return id.equals(from) ? to : id;
  }

  private static void move(Mutant mutant, Conversation talk, MessageId from, MessageId to) {
    mutant.replaceAll(
        fact ->
            switch (fact) {
              case Fact.SendAccepted it when it.conversation().equals(talk) ->
                  new Fact.SendAccepted(
                      it.number(),
                      it.atMs(),
                      it.device(),
                      talk,
                      it.sequence(),
                      it.clientId(),
                      moved(it.messageId(), from, to));
              case Fact.Delivered it when it.conversation().equals(talk) ->
                  changed(
                      it,
                      it.number(),
                      it.device(),
                      it.entryId(),
                      moved(it.messageId(), from, to),
                      it.content());
              case Fact.Repeated it when it.conversation().equals(talk) ->
                  new Fact.Repeated(
                      it.number(),
                      it.atMs(),
                      it.device(),
                      it.sender(),
                      talk,
                      it.clientId(),
                      moved(it.messageId(), from, to));
              case Fact.Stored it when it.conversation().equals(talk) ->
                  new Fact.Stored(
                      it.number(),
                      it.atMs(),
                      it.sender(),
                      talk,
                      it.clientId(),
                      moved(it.messageId(), from, to),
                      it.content());
              default -> fact;
            });
  }

  /** A reply, and what its author was handed before. */
  private static Set<Fact> moveBeforeWhatItAnswers(Mutant mutant) {
    for (Fact.SendInvoked reply : mutant.all(Fact.SendInvoked.class, _ -> true)) {
      for (Fact.Delivered seen :
          mutant.all(
              Fact.Delivered.class,
              each ->
                  each.device().equals(reply.device())
                      && each.conversation().equals(reply.conversation())
                      && each.number() < reply.number())) {
        List<Fact.Delivered> delivered =
            mutant.all(
                Fact.Delivered.class,
                each -> mutant.isOf(each, reply.device(), reply.conversation(), reply.sequence()));
        if (!delivered.isEmpty()) {
          move(
              mutant,
              reply.conversation(),
              delivered.get(0).messageId(),
              new MessageId(seen.messageId().high() - 1, 3));
          return Set.of(reply);
        }
      }
    }
    throw new AssertionError("there is a reply");
  }

  @Test
  void a_reply_that_sorts_before_what_it_answers_is_found() throws IOException {
    assertBreaks(Promise.P4, MutationTest::moveBeforeWhatItAnswers);
  }

  @Test
  void what_the_author_recorded_as_seen_counts_too() throws IOException {
    assertBreaks(
        Promise.P4,
        mutant -> {
          Fact.SendAccepted told = mutant.some(Fact.SendAccepted.class, _ -> true);
          Fact.SendInvoked send =
              mutant.some(
                  Fact.SendInvoked.class,
                  each ->
                      each.device().equals(told.device())
                          && each.conversation().equals(told.conversation())
                          && each.sequence() == told.sequence());
          Fact.SendInvoked after =
              new Fact.SendInvoked(
                  send.number(),
                  send.atMs(),
                  send.device(),
                  send.conversation(),
                  send.sequence(),
                  send.clientId(),
                  new MessageId(told.messageId().high() + 1, 0),
                  send.bytes());
          mutant.replace(send, after);
          return Set.of(after);
        });
  }

  @Test
  void two_messages_in_one_place_are_found() throws IOException {
    assertBreaks(
        Promise.P4,
        mutant -> {
          Fact.Delivered one = mutant.some(Fact.Delivered.class, _ -> true);
          Fact.Delivered other =
              mutant.some(
                  Fact.Delivered.class,
                  each ->
                      each.conversation().equals(one.conversation())
                          && !each.messageId().equals(one.messageId()));
          move(mutant, one.conversation(), other.messageId(), one.messageId());
          return new HashSet<>(
              mutant.facts.stream()
                  .filter(
                      fact ->
                          (fact instanceof Fact.Delivered it
                                  && it.messageId().equals(one.messageId()))
                              || (fact instanceof Fact.SendAccepted told
                                  && told.messageId().equals(one.messageId())))
                  .toList());
        });
  }

  @Test
  void an_entry_that_comes_late_is_found() throws IOException {
    assertBreaks(
        Promise.P4,
        mutant -> {
          Fact.Delivered real =
              mutant.some(
                  Fact.Delivered.class,
                  each -> mutant.isHandedOnce(each) && mutant.lastBefore(each).isPresent());
          Fact.Delivered late =
              again(
                  real,
                  real.number(),
                  real.device(),
                  mutant.lastBefore(real).orElseThrow().entryId() - 1);
          mutant.replace(real, late);
          return Set.of(late);
        });
  }

  // ---- P1, P10, devices, liveness

  @Test
  void an_accepted_message_that_storage_lacks_is_found() throws IOException {
    assertBreaks(
        Promise.P1,
        mutant -> {
          Fact.Stored stored = mutant.some(Fact.Stored.class, _ -> true);
          Fact.StorageRead read = mutant.some(Fact.StorageRead.class, _ -> true);
          mutant.remove(stored);
          mutant.replace(
              read, new Fact.StorageRead(read.number(), read.atMs(), read.messages() - 1));
          return Set.copyOf(
              mutant.all(
                  Fact.SendInvoked.class,
                  each ->
                      stored
                          .content()
                          .equals(
                              new Content.Sound(
                                  new Identity(
                                      each.device(), each.conversation(), each.sequence())))));
        });
  }

  private static Set<Fact> withContent(Mutant mutant, Content content) {
    Fact.Delivered real = mutant.some(Fact.Delivered.class, mutant::isHandedOnce);
    Fact.Delivered other =
        changed(real, real.number(), real.device(), real.entryId(), real.messageId(), content);
    mutant.replace(real, other);
    return Set.of(other);
  }

  @Test
  void damaged_content_is_found() throws IOException {
    assertBreaks(Promise.P10, mutant -> withContent(mutant, new Content.Damaged()));
  }

  @Test
  void a_device_that_gets_something_after_it_was_signed_out_is_found() throws IOException {
    assertBreaks(
        Promise.DEVICES,
        mutant -> {
          Fact.Delivered late =
              mutant.some(
                  Fact.Delivered.class,
                  each -> mutant.isFirstDevice(each.device()) && mutant.isHandedOnce(each));
          long asked = mutant.invoked(late).number() - 5;
          Fact.SignedOut signedOut = new Fact.SignedOut(asked + 1, late.atMs(), late.device());
          mutant.insert(new Fact.SignOutAsked(asked, 0, late.device()));
          mutant.insert(signedOut);
          return Set.of(signedOut);
        });
  }

  @Test
  void a_device_that_gets_nothing_any_more_is_behind() throws IOException {
    assertBreaks(
        Promise.LIVENESS,
        mutant -> {
          Fact.SendInvoked send = mutant.some(Fact.SendInvoked.class, _ -> true);
          Fact.Delivered last =
              mutant.some(
                  Fact.Delivered.class,
                  each ->
                      mutant.isFirstDevice(each.device())
                          && mutant.isHandedOnce(each)
                          && each.number() < send.number());
          mutant.facts.removeIf(
              fact ->
                  fact.number() > last.number()
                      && ((fact instanceof Fact.Delivered it && it.device().equals(last.device()))
                          || (fact instanceof Fact.Repeated repeated
                              && repeated.device().equals(last.device()))));
          return Set.of(last);
        });
  }

  @Test
  void a_send_that_is_never_answered_is_found() throws IOException {
    assertBreaks(
        Promise.LIVENESS,
        mutant -> {
          Fact.SendAccepted told =
              mutant.some(Fact.SendAccepted.class, each -> mutant.isFirstDevice(each.device()));
          mutant.remove(told);
          return Set.copyOf(
              mutant.all(
                  Fact.SendInvoked.class,
                  each ->
                      each.device().equals(told.device())
                          && each.conversation().equals(told.conversation())
                          && each.sequence() == told.sequence()));
        });
  }

  @Test
  void an_answer_that_comes_late_is_found() throws IOException {
    assertBreaks(
        Promise.LIVENESS,
        mutant -> {
          Fact.SendAccepted told =
              mutant.some(Fact.SendAccepted.class, each -> mutant.isFirstDevice(each.device()));
          Fact.CampaignEnded end = mutant.some(Fact.CampaignEnded.class, _ -> true);
          Fact.SendAccepted late =
              new Fact.SendAccepted(
                  end.number() - 1,
                  end.atMs(),
                  told.device(),
                  told.conversation(),
                  told.sequence(),
                  told.clientId(),
                  told.messageId());
          mutant.remove(told);
          return Set.of(mutant.insert(late));
        });
  }

  @Test
  void a_delivery_that_comes_late_is_found() throws IOException {
    assertBreaks(
        Promise.LIVENESS,
        mutant -> {
          List<Fact.Delivered> all =
              mutant.all(Fact.Delivered.class, each -> mutant.isFirstDevice(each.device()));
          Fact.Delivered last = all.get(all.size() - 1);
          Fact.CampaignEnded end = mutant.some(Fact.CampaignEnded.class, _ -> true);
          Fact.Delivered late =
              new Fact.Delivered(
                  end.number() - 1,
                  end.atMs(),
                  last.device(),
                  last.run(),
                  last.entryId(),
                  last.sender(),
                  last.conversation(),
                  last.clientId(),
                  last.messageId(),
                  last.content());
          mutant.remove(last);
          return Set.of(mutant.insert(late));
        });
  }

  // ---- what is no violation

  @Test
  void an_outcome_that_becomes_known_after_all_is_fine() throws IOException {
    Mutant mutant = new Mutant(1);
    Fact.SendAccepted told = mutant.some(Fact.SendAccepted.class, _ -> true);
    mutant.insert(
        new Fact.SendUnknown(
            told.number() - 1,
            told.atMs(),
            told.device(),
            told.conversation(),
            told.sequence(),
            0,
            "killed"));
    Result result = Checker.check(History.of(mutant.facts), FEW);

    assertThat(result.judgement()).as(result.text()).isEqualTo(Judgement.VALID);
    assertThat(result.figures().accepted())
        .isEqualTo(mutant.all(Fact.SendAccepted.class, _ -> true).size());
  }

  @Test
  void a_message_that_is_missing_while_there_was_still_time_is_no_evidence() throws IOException {
    List<Fact> facts = new ArrayList<>(SyntheticCampaign.facts(3, STEPS));
    List<Fact.Delivered> all = new Mutant(3).all(Fact.Delivered.class, _ -> true);
    Fact.Delivered last = all.get(all.size() - 1);
    facts.remove(last);
    // The last minute is cut out.
    facts.replaceAll(
        fact ->
            fact
                    instanceof
                    Fact.Stored(
                        long number,
                        _,
                        var sender,
                        var talk,
                        long id,
                        var message,
                        var content)
                ? new Fact.Stored(number, last.atMs(), sender, talk, id, message, content)
                : fact instanceof Fact.StorageRead(long number, _, long messages)
                    ? new Fact.StorageRead(number, last.atMs(), messages)
                    : fact instanceof Fact.Counted(long number, _, String name, long count)
                        ? new Fact.Counted(number, last.atMs(), name, count)
                        : fact instanceof Fact.CampaignEnded(long number, _)
                            ? new Fact.CampaignEnded(number, last.atMs())
                            : fact);

    Result result = Checker.check(History.of(facts), FEW);

    assertThat(result.judgement()).as(result.text()).isEqualTo(Judgement.UNKNOWN);
    assertThat(result.doubts()).anyMatch(doubt -> doubt.contains("too early"));
  }
}

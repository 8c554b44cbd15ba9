package io.breakwater.loadtest.surge.fleet.phone;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.line.Account;
import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.GoAway;
import io.breakwater.proto.client.Pong;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.Reattached;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.Synced;
import io.breakwater.proto.client.Welcome;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PhoneTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final Phone.Owner NOBODY = new Phone.Owner() {};

  private final Tier tier = new Tier();
  private final Virtual virtual = new Virtual(tier, 11);

  private static ByteString user(int number) {
    return ByteString.copyFrom(ByteBuffer.allocate(16).putInt(1).putInt(number).rewind());
  }

  private static Who who(int number) {
    return new Who(0, number, 0);
  }

  private Phone phone(int number, Manners manners) {
    Account account = new Account(user(number), 1, ByteString.EMPTY);
    return new Phone(virtual.world(), who(number), account, manners, NOBODY);
  }

  private Phone online(int number, Manners manners) {
    Phone phone = phone(number, manners);
    phone.switchOn(virtual.now());
    virtual.pass(Duration.ofMillis(10));
    assertThat(phone.isUp()).isTrue();
    return phone;
  }

  private void write(Phone phone, int to) {
    phone.write(0, who(to), user(to), 100, virtual.now());
  }

  private List<Send> sends() {
    return tier.heard.stream().filter(ClientFrame::hasSend).map(ClientFrame::getSend).toList();
  }

  private static ServerFrame refused(Send send, Reason reason, int afterMs) {
    return ServerFrame.newBuilder()
        .setSendRefused(
            SendRefused.newBuilder()
                .setTo(send.getTo())
                .setClientId(send.getClientId())
                .setReason(reason)
                .setReturnAfterMs(afterMs))
        .build();
  }

  /** Refuses every first hello of a user, with a return time of 5 to 20 s. */
  private final class Crowded implements Tier.Script {
    final Map<ByteString, Long> mayComeAt = new HashMap<>();
    final Map<ByteString, Long> cameAt = new HashMap<>();
    private final SplittableRandom random = new SplittableRandom(3);

    @Override
    public boolean heard(Peer peer, ClientFrame frame) {
      ByteString user = frame.getHello().getUser();
      if (!frame.hasHello() || cameAt.containsKey(user)) {
        return false;
      }
      if (mayComeAt.containsKey(user)) {
        cameAt.put(user, virtual.now());
        return false;
      }
      int afterMs = random.nextInt(5_000, 20_000);
      mayComeAt.put(user, virtual.now() + TimeUnit.MILLISECONDS.toNanos(afterMs));
      peer.say(Tier.error(Reason.OVERLOADED, afterMs));
      peer.hangUp();
      return true;
    }
  }

  @Test
  void the_obedient_come_back_when_they_were_told_to_and_never_before() {
    Crowded crowded = new Crowded();
    tier.script = crowded;
    for (int i = 0; i < 1_000; i++) {
      phone(i, Manners.OBEDIENT).switchOn(virtual.now());
    }
    virtual.pass(Duration.ofSeconds(30));
    assertThat(crowded.cameAt).hasSize(1_000);
    crowded.cameAt.forEach(
        (user, came) -> {
          long late = came - crowded.mayComeAt.getOrDefault(user, 0L);
          // The refusal's way, the connection's and the greeting's.
          assertThat(late).isEqualTo(3 * Virtual.LATENCY);
        });
    assertThat(virtual.facts(Fact.Refused.class))
        .hasSize(1_000)
        .allSatisfy(
            fact -> {
              assertThat(fact.what()).isEqualTo("connect");
              assertThat(fact.reason()).isEqualTo("OVERLOADED");
              assertThat(fact.returnAfterMs()).isBetween(5_000L, 20_000L);
            });
    assertThat(virtual.facts(Fact.Welcomed.class))
        .hasSize(1_000)
        .allSatisfy(
            fact -> {
              assertThat(fact.attempts()).isEqualTo(2);
              assertThat(fact.isResumed()).isFalse();
            });
  }

  @Test
  void the_impatient_come_back_each_second_whatever_they_are_told() {
    List<Long> came = new ArrayList<>();
    tier.script =
        new Tier.Script() {
          @Override
          public boolean heard(Peer peer, ClientFrame frame) {
            came.add(virtual.now());
            peer.say(Tier.error(Reason.OVERLOADED, 60_000));
            peer.hangUp();
            return true;
          }
        };
    phone(1, Manners.IMPATIENT).switchOn(virtual.now());
    virtual.pass(Duration.ofSeconds(20));
    assertThat(came).hasSizeBetween(19, 20);
    for (int i = 1; i < came.size(); i++) {
      assertThat(came.get(i) - came.get(i - 1)).isEqualTo(SECOND + 3 * Virtual.LATENCY);
    }
  }

  @Test
  void without_a_return_time_the_obedient_spread_with_full_jitter_that_doubles() {
    tier.script =
        new Tier.Script() {
          @Override
          public Virtual.Server.Door door() {
            return Virtual.Server.Door.REFUSES;
          }
        };
    for (int i = 0; i < 400; i++) {
      phone(i, Manners.OBEDIENT).switchOn(virtual.now());
    }
    virtual.pass(Duration.ofMinutes(20));
    Map<Who, List<Long>> refusals = new HashMap<>();
    for (Fact.Refused each : virtual.facts(Fact.Refused.class)) {
      refusals.computeIfAbsent(each.who(), _ -> new ArrayList<>()).add(each.atNanos());
    }
    for (int attempt = 0; attempt < 10; attempt++) {
      int n = attempt;
      double upTo = Math.min(120, 1 << attempt);
      List<Double> waits =
          refusals.values().stream()
              .map(each -> (each.get(n + 1) - each.get(n) - Virtual.LATENCY) / 1e9)
              .toList();
      assertThat(waits).allMatch(wait -> wait >= 0 && wait <= upTo);
      double mean = waits.stream().mapToDouble(wait -> wait).average().orElseThrow();
      assertThat(mean / upTo).isBetween(0.43, 0.57);
    }
  }

  @Test
  void who_is_not_answered_twice_comes_back_within_the_last_return_window() {
    List<Long> doors = new ArrayList<>();
    tier.script =
        new Tier.Script() {
          @Override
          public Virtual.Server.Door door() {
            doors.add(virtual.now());
            return Virtual.Server.Door.IS_SILENT;
          }
        };
    for (int i = 0; i < 200; i++) {
      phone(i, Manners.OBEDIENT).switchOn(virtual.now());
    }
    // Two timeouts of 10 s with a wait of at most 1 s between them, then up to 30 s.
    virtual.pass(Duration.ofSeconds(20));
    assertThat(doors).hasSize(400);
    virtual.pass(Duration.ofSeconds(31));
    assertThat(doors.stream().filter(at -> at > doors.get(399)).count())
        .isGreaterThanOrEqualTo(200);
    assertThat(virtual.facts(Fact.Refused.class))
        .allSatisfy(fact -> assertThat(fact.reason()).isEqualTo("timeout"));
  }

  @Test
  void a_resend_from_makes_everything_from_there_on_go_again_in_order() {
    Phone writer = online(1, Manners.OBEDIENT);
    boolean[] isLost = {true};
    tier.script =
        new Tier.Script() {
          @Override
          public boolean heard(Peer peer, ClientFrame frame) {
            return frame.hasSend() && frame.getSend().getClientId() == 1 && isLost[0];
          }
        };
    write(writer, 2);
    write(writer, 2);
    write(writer, 2);
    virtual.pass(Duration.ofMillis(1));
    isLost[0] = false;
    virtual.pass(Duration.ofSeconds(1));
    List<Send> sends = sends();
    assertThat(sends).extracting(Send::getClientId).startsWith(1L, 2L, 3L).endsWith(1L, 2L, 3L);
    assertThat(sends.subList(0, 3)).extracting(Send::getPrev).containsExactly(0L, 1L, 2L);
    assertThat(sends.subList(0, 3)).extracting(Send::getRetry).containsOnly(false);
    assertThat(sends.subList(3, sends.size())).extracting(Send::getRetry).containsOnly(true);
    assertThat(sends.get(3).getPrev()).isZero();
    assertThat(sends.get(3).getFirstTriedMs()).isEqualTo(sends.getFirst().getFirstTriedMs());
    assertThat(virtual.facts(Fact.Accepted.class))
        .extracting(Fact.Accepted::number)
        .containsExactly(1L, 2L, 3L);
    assertThat(writer.isSettled()).isTrue();
  }

  @Test
  void a_refused_message_goes_again_at_its_time_in_order_and_one_at_a_time() {
    Phone writer = online(1, Manners.OBEDIENT);
    long[] until = {virtual.now() + 3 * SECOND};
    List<Long> tried = new ArrayList<>();
    tier.script =
        new Tier.Script() {
          @Override
          public boolean heard(Peer peer, ClientFrame frame) {
            if (!frame.hasSend()) {
              return false;
            }
            tried.add(virtual.now());
            if (virtual.now() < until[0]) {
              peer.say(refused(frame.getSend(), Reason.UNAVAILABLE, 4_000));
              return true;
            }
            return false;
          }
        };
    long begin = virtual.now();
    write(writer, 2);
    write(writer, 2);
    virtual.pass(Duration.ofMillis(3_900));
    assertThat(tried).hasSize(2);
    virtual.pass(Duration.ofSeconds(2));
    assertThat(tried).hasSize(4);
    assertThat(tried.get(2) - begin).isEqualTo(4 * SECOND + 3 * Virtual.LATENCY);
    // The second one waits for the answer to the first.
    assertThat(tried.get(3) - tried.get(2)).isEqualTo(2 * Virtual.LATENCY);
    assertThat(virtual.facts(Fact.Refused.class))
        .extracting(Fact.Refused::what)
        .containsExactly("send", "send");
    assertThat(virtual.facts(Fact.Delivered.class)).isEmpty();
    assertThat(virtual.facts(Fact.Accepted.class)).hasSize(2);
  }

  @Test
  void who_meets_overload_has_one_message_under_way_and_one_more_with_each_that_is_accepted() {
    Phone writer = online(1, Manners.OBEDIENT);
    List<Long> tried = new ArrayList<>();
    tier.script =
        new Tier.Script() {
          @Override
          public boolean heard(Peer peer, ClientFrame frame) {
            if (frame.hasSend()) {
              tried.add(virtual.now());
              if (tried.size() == 1) {
                peer.say(refused(frame.getSend(), Reason.OVERLOADED, 60_000));
                return true;
              }
            }
            return false;
          }
        };
    write(writer, 2);
    virtual.pass(Duration.ofSeconds(1));
    for (int to = 3; to < 8; to++) {
      write(writer, to);
    }
    virtual.pass(Duration.ofSeconds(1));
    assertThat(tried).hasSize(6);
    List<Long> waited = tried.stream().skip(1).map(at -> at - tried.get(1)).toList();
    assertThat(waited)
        .containsExactly(
            0L, 2 * Virtual.LATENCY, 2 * Virtual.LATENCY, 4 * Virtual.LATENCY, 4 * Virtual.LATENCY);
  }

  @Test
  void the_impatient_send_again_a_second_later_what_was_refused() {
    Phone writer = online(1, Manners.IMPATIENT);
    List<Long> tried = new ArrayList<>();
    tier.script =
        new Tier.Script() {
          @Override
          public boolean heard(Peer peer, ClientFrame frame) {
            if (frame.hasSend()) {
              tried.add(virtual.now());
              peer.say(refused(frame.getSend(), Reason.UNAVAILABLE, 30_000));
            }
            return frame.hasSend();
          }
        };
    write(writer, 2);
    virtual.pass(Duration.ofSeconds(10));
    assertThat(tried).hasSizeBetween(9, 11);
    for (int i = 1; i < tried.size(); i++) {
      assertThat(tried.get(i) - tried.get(i - 1)).isEqualTo(SECOND + 2 * Virtual.LATENCY);
    }
  }

  @Test
  void who_is_too_fast_sends_nothing_to_anybody_until_it_may() {
    Phone writer = online(1, Manners.OBEDIENT);
    long begin = virtual.now();
    tier.script =
        new Tier.Script() {
          @Override
          public boolean heard(Peer peer, ClientFrame frame) {
            if (frame.hasSend() && virtual.now() < begin + SECOND) {
              peer.say(refused(frame.getSend(), Reason.RATE_LIMITED, 5_000));
              return true;
            }
            return false;
          }
        };
    write(writer, 2);
    virtual.pass(Duration.ofMillis(500));
    write(writer, 3);
    virtual.pass(Duration.ofSeconds(4));
    assertThat(sends()).hasSize(1);
    virtual.pass(Duration.ofSeconds(2));
    assertThat(virtual.facts(Fact.Accepted.class)).hasSize(2);
  }

  @Test
  void a_message_that_is_refused_for_good_is_named_by_no_later_one() {
    Phone writer = online(1, Manners.OBEDIENT);
    tier.script =
        new Tier.Script() {
          @Override
          public boolean heard(Peer peer, ClientFrame frame) {
            if (frame.hasSend() && frame.getSend().getClientId() == 1) {
              ServerFrame.Builder answer =
                  refused(frame.getSend(), Reason.TOO_LARGE, 0).toBuilder();
              answer.getSendRefusedBuilder().setFinal(true);
              peer.say(answer.build());
              return true;
            }
            return false;
          }
        };
    write(writer, 2);
    virtual.pass(Duration.ofMillis(100));
    write(writer, 2);
    virtual.pass(Duration.ofMillis(100));
    assertThat(sends()).extracting(Send::getPrev).containsExactly(0L, 0L);
    assertThat(virtual.facts(Fact.Rejected.class))
        .extracting(Fact.Rejected::reason)
        .containsExactly("TOO_LARGE");
    assertThat(virtual.facts(Fact.Accepted.class))
        .extracting(Fact.Accepted::number)
        .containsExactly(2L);
  }

  @Test
  void what_is_not_answered_goes_again_within_a_budget_of_a_tenth() {
    Phone writer = online(1, Manners.OBEDIENT);
    tier.script =
        new Tier.Script() {
          @Override
          public boolean heard(Peer peer, ClientFrame frame) {
            if (frame.hasPing()) {
              peer.say(ServerFrame.newBuilder().setPong(Pong.getDefaultInstance()).build());
            }
            return frame.hasSend();
          }
        };
    for (int i = 0; i < 200; i++) {
      write(writer, 2 + i);
    }
    virtual.pass(Duration.ofMillis(9_900));
    assertThat(sends()).hasSize(200);
    virtual.pass(Duration.ofSeconds(3));
    // 64 to begin with.
    assertThat(sends().size() - 200).isBetween(60, 70);
    virtual.pass(Duration.ofSeconds(100));
    assertThat(sends().size() - 200).isBetween(70, 90);
  }

  private void deliver(long clientId, int id) {
    Send send =
        Send.newBuilder()
            .setClientId(clientId)
            .setTo(user(2))
            .setPayload(new Payload(who(1), clientId, 5).bytes(40))
            .build();
    tier.deliver(user(1), send, user(id));
    virtual.pass(Duration.ofMillis(10));
  }

  private static Fact.Delivered delivered(Fact.Delivered fact) {
    return new Fact.Delivered(fact.from(), fact.to(), fact.number(), 0, fact.isMisplaced());
  }

  private static Fact.Delivered delivered(long clientId, boolean isMisplaced) {
    return new Fact.Delivered(who(1), who(2), clientId, 0, isMisplaced);
  }

  @Test
  void what_was_there_before_is_dropped_as_an_entry_and_by_its_origin() {
    Phone reader = online(2, Manners.OBEDIENT);
    deliver(7, 1);
    assertThat(virtual.facts(Fact.Delivered.class)).hasSize(1);
    // Before it is acknowledged, the connection breaks: the tier delivers again what it keeps.
    reader.changeNetwork(virtual.now());
    virtual.pass(Duration.ofMillis(100));
    assertThat(virtual.facts(Fact.Delivered.class)).hasSize(1);
    deliver(7, 1);
    deliver(7, 3);
    assertThat(virtual.facts(Fact.Delivered.class))
        .extracting(PhoneTest::delivered)
        .containsExactly(delivered(7, false));
    assertThat(virtual.world().tallies().read().repeated()).isEqualTo(2);
    assertThat(virtual.facts(Fact.Repeated.class))
        .extracting(Fact.Repeated::who)
        .containsExactly(who(2), who(2));
  }

  @Test
  void what_arrives_late_is_out_of_place_if_its_message_id_puts_it_there() {
    var _ = online(2, Manners.OBEDIENT);
    deliver(70, 10);
    deliver(72, 12);
    deliver(71, 11);
    deliver(71, 11);
    deliver(69, 13);
    deliver(73, 9);
    deliver(9, 8);
    deliver(8, 7);
    assertThat(virtual.facts(Fact.Delivered.class))
        .extracting(PhoneTest::delivered)
        .containsExactly(
            delivered(70, false),
            delivered(72, false),
            delivered(71, false),
            delivered(69, true),
            delivered(73, true),
            // 64 below the highest; the one below counts as seen.
            delivered(9, false));
  }

  @Test
  void what_no_generator_wrote_is_from_nobody() {
    var _ = online(2, Manners.OBEDIENT);
    Send send =
        Send.newBuilder()
            .setClientId(1)
            .setTo(user(2))
            .setPayload(ByteString.copyFromUtf8("changed on its way"))
            .build();
    tier.deliver(user(1), send, user(1));
    virtual.pass(Duration.ofMillis(10));
    Who nobody = new Who(0, Fact.NOBODY, 0);
    assertThat(virtual.facts(Fact.Delivered.class))
        .extracting(PhoneTest::delivered)
        .containsExactly(new Fact.Delivered(nobody, who(2), 1, 0));
  }

  @Test
  void acknowledges_after_fifty_milliseconds_or_thirty_two_entries() {
    Phone writer = online(1, Manners.OBEDIENT);
    var _ = online(2, Manners.OBEDIENT);
    write(writer, 2);
    virtual.pass(Duration.ofMillis(40));
    assertThat(tier.waiting(user(2))).isEqualTo(1);
    virtual.pass(Duration.ofMillis(20));
    assertThat(tier.waiting(user(2))).isZero();
    for (int i = 0; i < 40; i++) {
      write(writer, 2);
    }
    virtual.pass(Duration.ofMillis(10));
    assertThat(tier.waiting(user(2))).isLessThan(10);
  }

  @Test
  void a_connection_that_broke_is_resumed_with_the_cursor_and_sends_again() {
    Phone writer = online(1, Manners.OBEDIENT);
    Phone reader = online(2, Manners.OBEDIENT);
    write(writer, 2);
    virtual.pass(Duration.ofSeconds(1));
    List<Peer> peers = new ArrayList<>();
    tier.script =
        new Tier.Script() {
          @Override
          public boolean heard(Peer peer, ClientFrame frame) {
            if (frame.hasSend() && peers.isEmpty()) {
              peers.add(peer);
              peer.hangUp();
              return true;
            }
            return false;
          }
        };
    write(writer, 2);
    long lost = virtual.now() + 2 * Virtual.LATENCY;
    virtual.pass(Duration.ofSeconds(2));
    assertThat(virtual.facts(Fact.Lost.class))
        .containsExactly(new Fact.Lost(who(1), lost, "broken"));
    Fact.Welcomed resumed = virtual.facts(Fact.Welcomed.class).getLast();
    assertThat(resumed.isResumed()).isTrue();
    assertThat(resumed.sinceNanos()).isEqualTo(lost);
    assertThat(sends()).extracting(Send::getClientId).containsExactly(1L, 2L, 2L);
    assertThat(sends().getLast().getRetry()).isTrue();
    assertThat(virtual.facts(Fact.Delivered.class)).hasSize(2);

    reader.changeNetwork(virtual.now());
    virtual.pass(Duration.ofMillis(10));
    assertThat(tier.heard.stream().filter(ClientFrame::hasHello).toList().getLast().getHello())
        .satisfies(hello -> assertThat(hello.getCursor().getEntryId()).isEqualTo(2));
    assertThat(virtual.facts(Fact.Lost.class).getLast().reason()).isEqualTo("network");
    assertThat(virtual.facts(Fact.Left.class)).isEmpty();
  }

  @Test
  void names_what_it_has_seen_as_after() {
    Phone writer = online(1, Manners.OBEDIENT);
    Phone other = online(2, Manners.OBEDIENT);
    write(writer, 2);
    virtual.pass(Duration.ofMillis(20));
    write(other, 1);
    virtual.pass(Duration.ofMillis(20));
    write(writer, 2);
    virtual.pass(Duration.ofMillis(20));
    assertThat(sends()).extracting(send -> send.getAfter().size()).containsExactly(0, 16, 16);
    assertThat(
            ByteString.unsignedLexicographicalComparator()
                .compare(sends().get(2).getAfter(), sends().get(1).getAfter()))
        .isPositive();
  }

  @Test
  void who_is_asked_to_go_stays_until_the_time_and_connects_then() {
    Phone phone = online(1, Manners.OBEDIENT);
    Phone impatient = online(2, Manners.IMPATIENT);
    tier.script =
        new Tier.Script() {
          @Override
          public boolean heard(Peer peer, ClientFrame frame) {
            if (frame.hasSend()) {
              peer.say(
                  ServerFrame.newBuilder()
                      .setGoAway(GoAway.newBuilder().setReturnAfterMs(8_000))
                      .build());
            }
            return false;
          }
        };
    long begin = virtual.now();
    write(phone, 2);
    write(impatient, 1);
    virtual.pass(Duration.ofMillis(7_990));
    assertThat(phone.isUp()).isTrue();
    virtual.pass(Duration.ofSeconds(1));
    assertThat(virtual.facts(Fact.Lost.class))
        .containsExactly(
            new Fact.Lost(who(1), begin + 2 * Virtual.LATENCY + 8 * SECOND, "GO_AWAY"));
    assertThat(virtual.facts(Fact.Welcomed.class).getLast().sinceNanos())
        .isEqualTo(begin + 2 * Virtual.LATENCY + 8 * SECOND);
    assertThat(phone.isUp()).isTrue();
  }

  @Test
  void a_session_that_is_attached_elsewhere_sends_again() {
    Phone writer = online(1, Manners.OBEDIENT);
    int[] sent = {0};
    tier.script =
        new Tier.Script() {
          @Override
          public boolean heard(Peer peer, ClientFrame frame) {
            if (frame.hasSend() && sent[0]++ == 0) {
              peer.say(
                  ServerFrame.newBuilder().setReattached(Reattached.getDefaultInstance()).build());
              return true;
            }
            return false;
          }
        };
    write(writer, 2);
    virtual.pass(Duration.ofMillis(100));
    assertThat(sends()).extracting(Send::getRetry).containsExactly(false, true);
    assertThat(writer.isSettled()).isTrue();
  }

  @Test
  void a_server_that_is_silent_is_asked_once_and_left_five_seconds_later() {
    Phone writer = online(1, Manners.OBEDIENT);
    tier.script =
        new Tier.Script() {
          @Override
          public boolean heard(Peer peer, ClientFrame frame) {
            return !frame.hasHello();
          }
        };
    write(writer, 2);
    virtual.pass(Duration.ofSeconds(10));
    assertThat(tier.heard.stream().filter(ClientFrame::hasPing)).isEmpty();
    virtual.pass(Duration.ofMillis(2_100));
    assertThat(tier.heard.stream().filter(ClientFrame::hasPing)).hasSize(1);
    virtual.pass(Duration.ofSeconds(5));
    assertThat(virtual.facts(Fact.Lost.class))
        .extracting(Fact.Lost::reason)
        .containsExactly("silence");
  }

  @Test
  void sends_a_heartbeat_each_minute_or_so() {
    var _ = online(1, Manners.OBEDIENT);
    virtual.pass(Duration.ofMinutes(1).plusSeconds(35));
    // No answer comes from this tier: 100 s after the last frame it is left.
    assertThat(tier.heard.stream().filter(ClientFrame::hasPing)).hasSize(1);
    virtual.pass(Duration.ofSeconds(10));
    assertThat(virtual.facts(Fact.Lost.class)).hasSize(1);
  }

  @Test
  void whose_credentials_are_worth_nothing_stays_away() {
    tier.script =
        new Tier.Script() {
          @Override
          public boolean heard(Peer peer, ClientFrame frame) {
            peer.say(Tier.error(Reason.UNAUTHENTICATED, 0));
            peer.hangUp();
            return true;
          }
        };
    phone(1, Manners.OBEDIENT).switchOn(virtual.now());
    virtual.pass(Duration.ofHours(1));
    assertThat(tier.heard).hasSize(1);
    assertThat(virtual.troubles()).hasSize(1);
  }

  @Test
  void a_stay_ends_after_its_time_but_not_before_all_is_answered() {
    Phone phone = phone(1, Manners.OBEDIENT);
    phone.switchOn(virtual.now(), 5 * SECOND);
    virtual.pass(Duration.ofSeconds(4));
    tier.script =
        new Tier.Script() {
          @Override
          public boolean heard(Peer peer, ClientFrame frame) {
            if (frame.hasSend() && !frame.getSend().getRetry()) {
              peer.say(refused(frame.getSend(), Reason.UNAVAILABLE, 3_000));
              return true;
            }
            return false;
          }
        };
    write(phone, 2);
    virtual.pass(Duration.ofSeconds(2));
    assertThat(phone.isOff()).isFalse();
    virtual.pass(Duration.ofSeconds(2));
    assertThat(phone.isOff()).isTrue();
    assertThat(virtual.facts(Fact.Left.class)).extracting(Fact.Left::who).containsExactly(who(1));
    assertThat(virtual.facts(Fact.Lost.class)).isEmpty();
    assertThat(virtual.facts(Fact.Accepted.class)).hasSize(1);
  }

  @Test
  void who_writes_alone_leaves_what_waits_for_it() {
    Phone writer = online(1, Manners.OBEDIENT);
    write(writer, 2);
    virtual.pass(Duration.ofMillis(100));
    Phone other = phone(2, Manners.OBEDIENT);
    other.switchOnToWrite();
    write(other, 1);
    virtual.pass(Duration.ofSeconds(1));
    assertThat(other.isSettled()).isTrue();
    assertThat(virtual.facts(Fact.Delivered.class))
        .extracting(Fact.Delivered::to)
        .containsOnly(who(1));
    other.switchOff();
    virtual.pass(Duration.ofSeconds(1));
    other.switchOn(virtual.now());
    virtual.pass(Duration.ofSeconds(1));
    assertThat(virtual.facts(Fact.Delivered.class).getLast().to()).isEqualTo(who(2));
    assertThat(tier.waiting(user(2))).isZero();
  }

  @Test
  void tells_when_it_asked_that_it_has_all() {
    Phone phone = online(1, Manners.OBEDIENT);
    long asked = virtual.now();
    phone.ask();
    virtual.pass(Duration.ofMillis(10));
    assertThat(virtual.facts(Fact.CaughtUp.class))
        .containsExactly(new Fact.CaughtUp(who(1), asked));
  }

  /** As a delivery node does: what it owes is one answer, however often it was asked. */
  private final class OneAnswer implements Tier.Script {
    private static final long PAGE = 50 * 1_000_000L;

    private boolean isOwed;

    @Override
    public boolean heard(Peer peer, ClientFrame frame) {
      if (frame.hasHello()) {
        peer.say(ServerFrame.newBuilder().setWelcome(Welcome.getDefaultInstance()).build());
      }
      if ((frame.hasHello() || frame.hasSync()) && !isOwed) {
        isOwed = true;
        virtual.at(
            virtual.now() + PAGE,
            () -> {
              isOwed = false;
              peer.say(synced());
            });
      }
      return true;
    }
  }

  private static ServerFrame synced() {
    return ServerFrame.newBuilder().setSynced(Synced.getDefaultInstance()).build();
  }

  @Test
  void who_is_asked_before_its_session_is_in_sync_asks_again_when_it_is() {
    tier.script = new OneAnswer();
    Phone phone = online(1, Manners.OBEDIENT);
    long asked = virtual.now();
    phone.ask();
    virtual.pass(Duration.ofMillis(60));
    assertThat(virtual.facts(Fact.Synced.class)).hasSize(1);
    assertThat(virtual.facts(Fact.CaughtUp.class)).isEmpty();
    virtual.pass(Duration.ofMillis(60));
    assertThat(virtual.facts(Fact.CaughtUp.class))
        .containsExactly(new Fact.CaughtUp(who(1), asked));
  }

  /** The home may be another one, which says by itself that it has all; or it is the same. */
  private void attachedElsewhere(boolean saysSo) {
    List<Peer> peers = new ArrayList<>();
    tier.script =
        new Tier.Script() {
          @Override
          public boolean heard(Peer peer, ClientFrame frame) {
            if (!frame.hasSync() || !peers.isEmpty()) {
              return false;
            }
            peers.add(peer);
            peer.say(
                ServerFrame.newBuilder().setReattached(Reattached.getDefaultInstance()).build());
            if (saysSo) {
              peer.say(synced());
            }
            return true;
          }
        };
    Phone phone = online(1, Manners.OBEDIENT);
    long asked = virtual.now();
    phone.ask();
    // That far is the question, and what the other home says by itself.
    virtual.pass(Duration.ofMillis(3));
    assertThat(virtual.facts(Fact.CaughtUp.class)).isEmpty();
    virtual.pass(Duration.ofMillis(10));
    assertThat(virtual.facts(Fact.CaughtUp.class))
        .containsExactly(new Fact.CaughtUp(who(1), asked));
    assertThat(virtual.facts(Fact.Synced.class)).hasSize(1);
  }

  @Test
  void what_a_session_that_is_attached_elsewhere_says_by_itself_is_no_answer() {
    attachedElsewhere(true);
  }

  @Test
  void who_is_asked_as_its_session_is_attached_anew_hears_of_it_without_a_word_of_the_home() {
    attachedElsewhere(false);
  }
}

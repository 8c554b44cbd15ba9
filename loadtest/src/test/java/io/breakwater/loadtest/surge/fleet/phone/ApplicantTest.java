package io.breakwater.loadtest.surge.fleet.phone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.line.Account;
import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Queued;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.WorkDemand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

final class ApplicantTest {
  private static final Who WHO = new Who(1, 9, 0);
  private static final ByteString TICKET = ByteString.copyFromUtf8("ticket");

  private final Tier tier = new Tier();
  private final Virtual virtual = new Virtual(tier, 2);
  private final List<Account> accounts = new ArrayList<>();

  private Applicant applicant(Manners manners) {
    Applicant.Form form =
        new Applicant.Form(3, WHO, ByteString.copyFrom(new byte[16]), "somebody", virtual.now());
    Applicant applicant =
        new Applicant(virtual.world(), form, manners, (_, account, _) -> accounts.add(account));
    applicant.begin();
    return applicant;
  }

  private void script(BiPredicate<Peer, ClientFrame> heard) {
    tier.script =
        new Tier.Script() {
          @Override
          public boolean heard(Peer peer, ClientFrame frame) {
            return heard.test(peer, frame);
          }
        };
  }

  private static ServerFrame queued(int afterMs) {
    return ServerFrame.newBuilder()
        .setQueued(
            Queued.newBuilder()
                .setPlace(5)
                .setEstimateMs(4_000)
                .setTicket(TICKET)
                .setReturnAfterMs(afterMs))
        .build();
  }

  private Fact.SignedUp only() {
    assertThat(virtual.facts(Fact.SignedUp.class)).hasSize(1);
    return virtual.facts(Fact.SignedUp.class).getFirst();
  }

  @Test
  void an_account_is_a_fact_and_its_connection_is_closed() {
    long begin = virtual.now();
    var _ = applicant(Manners.OBEDIENT);
    virtual.pass(Duration.ofSeconds(1));
    assertThat(accounts).hasSize(1);
    assertThat(only()).isEqualTo(new Fact.SignedUp(3, WHO, begin, begin + 3 * Virtual.LATENCY, 1));
    assertThat(virtual.world().timers().next()).isEqualTo(Timers.NEVER);
  }

  @Test
  void waits_in_line_and_is_counted_there() {
    List<Peer> line = new ArrayList<>();
    script(
        (peer, _) -> {
          line.add(peer);
          peer.say(queued(0));
          return true;
        });
    var _ = applicant(Manners.IMPATIENT);
    for (int i = 0; i < 10; i++) {
      virtual.pass(Duration.ofSeconds(5));
      assertThat(virtual.world().tallies().read().waiting()).isEqualTo(1);
      line.getFirst().say(queued(0));
    }
    assertThat(line).hasSize(1);
    script((_, _) -> false);
    tier.heard(line.getFirst(), tier.heard.getFirst());
    virtual.pass(Duration.ofSeconds(1));
    assertThat(only().attempts()).isEqualTo(1);
    assertThat(virtual.world().tallies().read().waiting()).isZero();
    assertThat(virtual.facts(Fact.Queued.class))
        .hasSize(11)
        .allSatisfy(
            fact -> {
              assertThat(fact.who()).isEqualTo(WHO);
              assertThat(fact.place()).isEqualTo(5);
              assertThat(fact.estimateMs()).isEqualTo(4_000);
            });
  }

  @Test
  void who_is_sent_away_from_the_line_comes_back_when_told() {
    List<Long> came = new ArrayList<>();
    script(
        (peer, _) -> {
          came.add(virtual.now());
          if (came.size() == 1) {
            peer.say(queued(7_000));
            peer.hangUp();
            return true;
          }
          return false;
        });
    var _ = applicant(Manners.OBEDIENT);
    virtual.pass(Duration.ofSeconds(10));
    assertThat(came.get(1) - came.get(0))
        .isEqualTo(TimeUnit.SECONDS.toNanos(7) + 3 * Virtual.LATENCY);
    assertThat(only().attempts()).isEqualTo(2);
    assertThat(tier.heard)
        .extracting(frame -> frame.getSignUp().getTicket())
        .containsExactly(ByteString.EMPTY, TICKET);
    assertThat(virtual.facts(Fact.Refused.class))
        .extracting(Fact.Refused::what, Fact.Refused::reason, Fact.Refused::returnAfterMs)
        .containsExactly(tuple("sign-up", "QUEUED", 7_000L));
  }

  @Test
  void the_same_sign_up_goes_again_with_another_handle_if_its_own_is_taken() {
    script(
        (peer, frame) -> {
          if (frame.getSignUp().getHandle().equals("somebody")) {
            peer.say(Tier.error(Reason.HANDLE_TAKEN, 0));
            return true;
          }
          return false;
        });
    var _ = applicant(Manners.OBEDIENT);
    virtual.pass(Duration.ofSeconds(5));
    assertThat(tier.heard)
        .extracting(frame -> frame.getSignUp().getHandle())
        .containsExactly("somebody", "somebody.1");
    assertThat(tier.heard).extracting(frame -> frame.getSignUp().getSignUpId()).hasSize(2);
    assertThat(only().attempts()).isEqualTo(2);
  }

  @Test
  void what_is_given_up_is_a_fact() {
    script((_, _) -> true);
    Applicant applicant = applicant(Manners.OBEDIENT);
    long begin = virtual.now();
    virtual.pass(Duration.ofSeconds(45));
    applicant.giveUp();
    assertThat(virtual.facts(Fact.NotSignedUp.class))
        .hasSize(1)
        .allSatisfy(
            fact -> {
              assertThat(fact.intendedNanos()).isEqualTo(begin);
              assertThat(fact.attempts()).isBetween(2, 4);
            });
    assertThat(virtual.world().timers().next()).isEqualTo(Timers.NEVER);
  }

  private static ServerFrame demand() {
    return ServerFrame.newBuilder()
        .setQueued(
            Queued.newBuilder()
                .setWork(
                    WorkDemand.newBuilder()
                        .setChallenge(ByteString.copyFromUtf8("challenge"))
                        .setBits(4)))
        .build();
  }

  @Test
  void the_obedient_work_for_a_place_and_the_impatient_do_not() {
    script(
        (peer, frame) -> {
          if (!frame.getSignUp().hasWork()) {
            peer.say(demand());
            return true;
          }
          return false;
        });
    var _ = applicant(Manners.IMPATIENT);
    virtual.pass(Duration.ofSeconds(3));
    assertThat(accounts).isEmpty();
    assertThat(virtual.world().tallies().read().waiting()).isZero();
    var _ = applicant(Manners.OBEDIENT);
    virtual.pass(Duration.ofSeconds(3));
    assertThat(accounts).hasSize(1);
    assertThat(only().attempts()).isEqualTo(1);
  }
}

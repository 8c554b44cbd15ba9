package io.breakwater.gateway.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.UserId;
import io.breakwater.common.priority.Priority;
import io.breakwater.gateway.home.Levels;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.SignUp;
import io.breakwater.proto.trunk.Attach;
import io.breakwater.proto.trunk.Credit;
import io.breakwater.proto.trunk.Credits;
import io.breakwater.proto.trunk.GatewayBatch;
import io.breakwater.proto.trunk.GatewayFrame;
import io.breakwater.proto.trunk.SendFrom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What waits for a trunk. */
final class OutboxTest {
  private static final int SEND = 1;
  private static final int RESUME = 2;
  private static final int LINK = 6;

  private final Ledger ledger = new Ledger();
  private final Levels levels = new Levels();
  private final Outbox outbox = new Outbox(8 * 1024 * 1024, ledger, levels);
  private long nowMs = 1_000;

  private void grant(int priority, long upTo) {
    ledger.heard(
        Credits.newBuilder()
            .addCredits(Credit.newBuilder().setPriority(priority).setUpTo(upTo))
            .build(),
        nowMs);
  }

  private static GatewayFrame frame(long connection, int priority, int level) {
    return send(connection, 1).toBuilder().setPriority(priority).setLevel(level).build();
  }

  private void offer(GatewayFrame... frames) {
    for (GatewayFrame frame : frames) {
      assertThat(outbox.offer(frame, nowMs)).isTrue();
    }
  }

  private List<Long> next() {
    return outbox.hasReady(nowMs)
        ? connections(outbox.nextBatch(7, nowMs).getFramesList())
        : List.of();
  }

  private static List<Long> connections(List<GatewayFrame> frames) {
    return frames.stream().map(GatewayFrame::getConnection).toList();
  }

  private static GatewayFrame send(long connection, int payloadBytes) {
    return GatewayFrame.newBuilder()
        .setConnection(connection)
        .setSend(
            SendFrom.newBuilder()
                .setSend(Send.newBuilder().setPayload(ByteString.copyFrom(new byte[payloadBytes]))))
        .build();
  }

  @Test
  void hands_out_frames_in_order() {
    for (int i = 1; i <= 3; i++) {
      assertThat(outbox.offer(send(i, 10), nowMs)).isTrue();
    }
    assertThat(outbox.nextBatch(7, nowMs).getFramesList())
        .extracting(GatewayFrame::getConnection)
        .containsExactly(1L, 2L, 3L);
    assertThat(outbox.isEmpty()).isTrue();
    assertThat(outbox.bytes()).isZero();
  }

  @Test
  void puts_at_most_1024_frames_into_a_batch() {
    for (int i = 0; i < 1_500; i++) {
      assertThat(outbox.offer(send(i, 1), nowMs)).isTrue();
    }
    assertThat(outbox.nextBatch(7, nowMs).getFramesCount()).isEqualTo(1_024);
    assertThat(outbox.nextBatch(7, nowMs).getFramesCount()).isEqualTo(476);
  }

  @Test
  void says_in_each_batch_which_view_is_known() {
    outbox.offer(send(1, 1), nowMs);
    assertThat(outbox.nextBatch(7, nowMs).getView()).isEqualTo(7);
    outbox.offer(send(1, 1), nowMs);
    assertThat(outbox.nextBatch(8, nowMs).getView()).isEqualTo(8);
  }

  @Test
  void puts_at_most_a_mebibyte_into_a_batch() {
    for (int i = 0; i < 100; i++) {
      assertThat(outbox.offer(send(i, 65_536), nowMs)).isTrue();
    }
    int frames = 0;
    while (!outbox.isEmpty()) {
      GatewayBatch batch = outbox.nextBatch(7, nowMs).build();
      assertThat(batch.getSerializedSize()).isLessThanOrEqualTo(1024 * 1024);
      frames += batch.getFramesCount();
    }
    assertThat(frames).isEqualTo(100);
  }

  @Test
  void refuses_a_send_beyond_the_limit_and_takes_what_bounds_itself() {
    Outbox small = new Outbox(1_000, ledger, levels);
    assertThat(small.offer(send(1, 900), nowMs)).isTrue();
    assertThat(small.offer(send(2, 900), nowMs)).isFalse();

    GatewayFrame attach =
        GatewayFrame.newBuilder()
            .setAttach(Attach.newBuilder().setTokenHash(ByteString.copyFrom(new byte[500])))
            .build();
    assertThat(small.offer(attach, nowMs)).isTrue();
    assertThat(small.drain()).hasSize(2);
    assertThat(small.bytes()).isZero();
  }

  /** Any offers and takings: nothing is lost, doubled or overtaken, and the bounds hold. */
  @Test
  void hands_out_once_and_in_order_whatever_it_took() {
    for (int seed = 0; seed < 500; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      long limit = random.nextInt(200, 3_000_000);
      Outbox any = new Outbox(limit, new Ledger(), new Levels());
      Queue<Long> taken = new ArrayDeque<>();
      for (int i = 1; i < 200; i++) {
        GatewayFrame frame = send(i, random.nextInt(random.nextInt(20) == 0 ? 65_536 : 300));
        if (any.offer(frame, 0)) {
          taken.add((long) i);
        } else {
          assertThat(any.bytes() + frame.getSerializedSize() + 5).isGreaterThan(limit);
        }
        assertThat(any.bytes()).isBetween(0L, limit);
        if (random.nextInt(30) == 0 && !any.isEmpty()) {
          assertThat(takeBatch(any)).allSatisfy(next -> assertThat(next).isEqualTo(taken.poll()));
        }
      }
      while (!any.isEmpty()) {
        assertThat(takeBatch(any)).allSatisfy(next -> assertThat(next).isEqualTo(taken.poll()));
      }
      assertThat(taken).as("seed %s", seed).isEmpty();
      assertThat(any.bytes()).isZero();
    }
  }

  private static List<Long> takeBatch(Outbox from) {
    GatewayBatch batch = from.nextBatch(7, 0).build();
    assertThat(batch.getFramesCount()).isBetween(1, 1_024);
    assertThat(batch.getSerializedSize()).isLessThanOrEqualTo(1024 * 1024);
    return batch.getFramesList().stream().map(GatewayFrame::getConnection).toList();
  }

  @Test
  void orders_what_waits_by_class_then_level_then_arrival() {
    offer(
        frame(1, SEND, 90),
        frame(2, RESUME, 0),
        frame(3, SEND, 5),
        frame(4, SEND, 70),
        frame(5, SEND, 5),
        frame(6, Priority.CONTROL.number, 127));
    assertThat(next()).containsExactly(6L, 3L, 5L, 4L, 1L, 2L);
  }

  @Test
  void spends_credits_in_that_order_and_never_holds_back_control() {
    grant(SEND, 2);
    offer(
        frame(1, SEND, 9),
        frame(2, SEND, 3),
        frame(3, SEND, 4),
        frame(4, Priority.CONTROL.number, 0));
    assertThat(next()).containsExactly(4L, 2L, 3L);
    assertThat(next()).isEmpty();
    assertThat(outbox.waiting(SEND, nowMs)).isEqualTo(1);
    // A class that was never granted any is not limited.
    offer(frame(5, RESUME, 0), frame(6, Priority.CONTROL.number, 0));
    assertThat(next()).containsExactly(6L, 5L);
    grant(SEND, 3);
    assertThat(next()).containsExactly(1L);
  }

  @Test
  void a_smaller_grant_takes_credits_back() {
    grant(SEND, 10);
    grant(SEND, 1);
    offer(frame(1, SEND, 0), frame(2, SEND, 0));
    assertThat(next()).containsExactly(1L);
    assertThat(next()).isEmpty();
  }

  @Test
  void a_second_of_silence_means_no_credit() {
    grant(SEND, 10);
    offer(frame(1, SEND, 0));
    nowMs += 1_001;
    assertThat(next()).isEmpty();
    grant(RESUME, 1);
    assertThat(next()).containsExactly(1L);
  }

  @Test
  void gives_back_sends_after_a_quarter_of_a_second_and_others_after_one() {
    grant(SEND, 0);
    grant(RESUME, 0);
    offer(frame(1, SEND, 7), frame(2, RESUME, 7));
    nowMs += 100;
    offer(frame(3, SEND, 2));
    nowMs += 149;
    assertThat(outbox.expire(nowMs)).isEmpty();
    nowMs += 1;
    assertThat(connections(outbox.expire(nowMs))).containsExactly(1L);
    nowMs += 100;
    assertThat(connections(outbox.expire(nowMs))).containsExactly(3L);
    nowMs += 649;
    assertThat(outbox.expire(nowMs)).isEmpty();
    nowMs += 1;
    assertThat(connections(outbox.expire(nowMs))).containsExactly(2L);
    assertThat(outbox.isEmpty()).isTrue();
  }

  @Test
  void waits_longer_for_a_node_that_had_granted_credit_and_stands_still() {
    grant(SEND, 10);
    grant(RESUME, 10);
    nowMs += 900;
    offer(frame(1, SEND, 0), frame(2, RESUME, 0));
    nowMs += 3_999;
    assertThat(next()).isEmpty();
    assertThat(outbox.expire(nowMs)).isEmpty();
    nowMs += 1;
    assertThat(connections(outbox.expire(nowMs))).containsExactly(1L, 2L);
  }

  @Test
  void what_has_credit_does_not_expire_however_long_the_stream_takes_nothing() {
    offer(frame(1, SEND, 0));
    nowMs += 5_000;
    assertThat(outbox.expire(nowMs)).isEmpty();
    assertThat(next()).containsExactly(1L);
  }

  @Test
  void a_sign_up_spends_its_credit_when_it_is_taken() {
    GatewayFrame signUp =
        GatewayFrame.newBuilder()
            .setConnection(1)
            .setPriority(Priority.SIGN_UP.number)
            .setSignUp(SignUp.getDefaultInstance())
            .build();
    assertThat(outbox.offer(signUp, nowMs)).isTrue();
    grant(Priority.SIGN_UP.number, 2);
    assertThat(outbox.offer(signUp, nowMs)).isTrue();
    assertThat(outbox.offer(signUp, nowMs)).isFalse();
    // A link waits for one.
    offer(frame(2, LINK, 0));
    assertThat(next()).containsExactly(1L, 1L);
    grant(Priority.SIGN_UP.number, 3);
    // Whoever stands in line comes after it.
    assertThat(outbox.offer(signUp, nowMs)).isFalse();
    assertThat(next()).containsExactly(2L);
  }

  @Test
  void a_users_frames_keep_their_order_when_the_hour_and_its_level_change() {
    grant(SEND, 0);
    levels.advance(3_600_000);
    offer(frame(1, SEND, 100), frame(2, SEND, 3));
    levels.advance(7_200_000);
    offer(frame(3, SEND, 0));
    grant(SEND, 1);
    assertThat(next()).containsExactly(2L);
    grant(SEND, 3);
    assertThat(next()).containsExactly(1L, 3L);
  }

  /** Any users, levels, classes, credits, hours and expiries. */
  @Test
  void keeps_the_order_of_each_user_in_each_class_and_loses_nothing() {
    for (int seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Ledger credits = new Ledger();
      Levels hours = new Levels();
      Outbox any = new Outbox(1 << 20, credits, hours);
      long now = 0;
      long hour = 0;
      long sent = 0;
      Map<String, Long> last = new HashMap<>();
      int offered = 0;
      int seen = 0;
      for (long i = 1; i < 400; i++) {
        now += random.nextInt(20);
        if (random.nextInt(100) == 0) {
          hours.advance(++hour * 3_600_000);
          now += 2_000;
          seen += any.expire(now).size();
        }
        UserId user = new UserId(random.nextInt(5), 1);
        int priority = random.nextInt(3);
        GatewayFrame frame =
            frame(i, priority, hours.of(user)).toBuilder()
                .setUser(ByteString.copyFrom(user.bytes()))
                .build();
        assertThat(any.offer(frame, now)).isTrue();
        offered++;
        if (random.nextInt(3) == 0) {
          sent += random.nextInt(5);
          credits.heard(
              Credits.newBuilder()
                  .addCredits(Credit.newBuilder().setPriority(SEND).setUpTo(sent))
                  .addCredits(Credit.newBuilder().setPriority(RESUME).setUpTo(sent / 2))
                  .build(),
              now);
        }
        List<GatewayFrame> out = new ArrayList<>(any.expire(now));
        if (any.hasReady(now)) {
          out.addAll(any.nextBatch(1, now).getFramesList());
        }
        seen += out.size();
        for (GatewayFrame next : out) {
          String of = next.getPriority() + " " + next.getUser();
          assertThat(next.getConnection())
              .as("seed %s", seed)
              .isGreaterThan(last.getOrDefault(of, 0L));
          last.put(of, next.getConnection());
        }
      }
      assertThat(seen + any.drain().size()).as("seed %s", seed).isEqualTo(offered);
      assertThat(any.bytes()).isZero();
    }
  }
}

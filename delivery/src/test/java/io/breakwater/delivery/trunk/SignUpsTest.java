package io.breakwater.delivery.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.UserId;
import io.breakwater.common.priority.Priority;
import io.breakwater.common.secret.CredentialMint;
import io.breakwater.common.secret.SecretHash;
import io.breakwater.delivery.credit.CreditController;
import io.breakwater.delivery.credit.Tally;
import io.breakwater.delivery.credit.Turns;
import io.breakwater.proto.client.LookUp;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.SignUp;
import io.breakwater.storage.AccountStore;
import io.breakwater.storage.StorageException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What sign-ups and look-ups count as, for the node's credits. */
final class SignUpsTest {
  private final Tally tally = new Tally();
  private final CreditController credits = new CreditController(List.of(tally), 0);
  private final Turns turns = new Turns(4);
  private final List<ServerFrame> answers = new ArrayList<>();
  private boolean fails;
  private boolean isHeld;
  private long nowMs;

  private final SignUps signUps =
      new SignUps(
          new Accounts(),
          new CredentialMint(new byte[32]),
          tally,
          turns,
          () -> nowMs,
          new SimpleMeterRegistry());

  /** An account store that works, fails at once, or does not answer. */
  private final class Accounts implements AccountStore {
    private <T> CompletionStage<T> answer(T value) {
      if (isHeld) {
        return new CompletableFuture<>();
      }
      return fails
          ? CompletableFuture.failedStage(new StorageException.Unavailable("away", null))
          : CompletableFuture.completedStage(value);
    }

    @Override
    public CompletionStage<Claim> claimHandle(String handle, UserId user, SecretHash signUp) {
      return answer(new Claim.Claimed());
    }

    @Override
    public CompletionStage<Optional<UserId>> findHandle(String handle) {
      return answer(Optional.of(new UserId(1, 1)));
    }

    @Override
    public CompletionStage<Void> createAccount(UserId user, Device device, long timeMs) {
      return answer(user).thenAccept(_ -> {});
    }

    @Override
    public CompletionStage<List<Device>> devices(UserId user) {
      throw new AssertionError("not for sign-ups");
    }

    @Override
    public CompletionStage<Void> addDevice(UserId user, Device device, long timeMs) {
      throw new AssertionError("not for sign-ups");
    }

    @Override
    public CompletionStage<Void> revokeDevice(UserId user, DeviceId device) {
      throw new AssertionError("not for sign-ups");
    }
  }

  private void signUp(int number) {
    SignUp request =
        SignUp.newBuilder()
            .setSignUpId(ByteString.copyFrom(ByteBuffer.allocate(16).putInt(number).array()))
            .setHandle("ann" + number)
            .build();
    signUps.signUp(request, nowMs).thenAccept(answers::add);
  }

  /** A window of a second ends. */
  private double waitMs(int priority) {
    nowMs += 1_000;
    credits.steer(false, nowMs, nowMs);
    return credits.figures(nowMs).of(priority).waitMs();
  }

  @Test
  void what_is_done_at_once_has_not_waited() {
    for (int i = 0; i < 50; i++) {
      signUp(i);
    }
    assertThat(answers).hasSize(50).allMatch(ServerFrame::hasSignedUp);
    assertThat(waitMs(Priority.SIGN_UP.number)).isZero();
  }

  @Test
  void what_fails_at_once_counts_as_if_it_had_waited() {
    fails = true;
    for (int i = 0; i < 50; i++) {
      signUp(i);
    }
    assertThat(answers)
        .hasSize(50)
        .allMatch(answer -> answer.getError().getReason() == Reason.UNAVAILABLE);
    assertThat(waitMs(Priority.SIGN_UP.number)).isGreaterThanOrEqualTo(500);
  }

  @Test
  void whose_turn_does_not_come_counts_with_the_time_that_it_has_waited() {
    isHeld = true;
    for (int i = 0; i < 54; i++) {
      signUp(i);
    }
    nowMs += 1_100;
    turns.look(nowMs);
    assertThat(answers)
        .hasSize(50)
        .allMatch(answer -> answer.getError().getReason() == Reason.OVERLOADED);
    assertThat(waitMs(Priority.SIGN_UP.number)).isGreaterThan(1_000);
  }

  @Test
  void a_look_up_that_fails_counts_too() {
    fails = true;
    for (int i = 0; i < 50; i++) {
      signUps.lookUp(LookUp.newBuilder().setHandle("ann").build(), nowMs).thenAccept(answers::add);
    }
    assertThat(answers).hasSize(50);
    assertThat(waitMs(Priority.LOOK_UP.number)).isGreaterThanOrEqualTo(500);
  }
}

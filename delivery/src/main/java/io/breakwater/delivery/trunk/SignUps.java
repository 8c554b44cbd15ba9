package io.breakwater.delivery.trunk;

import com.google.protobuf.ByteString;
import io.breakwater.common.priority.Priority;
import io.breakwater.common.secret.CredentialMint;
import io.breakwater.common.secret.Credentials;
import io.breakwater.common.secret.SecretHash;
import io.breakwater.delivery.credit.Tally;
import io.breakwater.delivery.credit.Turns;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Found;
import io.breakwater.proto.client.LookUp;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.SignUp;
import io.breakwater.proto.client.SignedUp;
import io.breakwater.storage.AccountStore;
import io.breakwater.storage.AccountStore.Claim;
import io.breakwater.storage.AccountStore.Device;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Makes accounts and finds handles; any node does that for anybody. Ids and token are functions of
 * the sign-up id, so repeating a sign-up after a lost answer finishes the same account. Conditional
 * writes are dear: how many sign-ups are under way is steered ({@link Turns}), the others wait for
 * their turn. Any thread; the stages never fail.
 */
final class SignUps {
  private static final Pattern HANDLE = Pattern.compile("[a-z][a-z0-9_.]{2,31}");

  private static final int MAX_LOOK_UPS = 512;

  private final AccountStore accounts;
  private final CredentialMint mint;
  private final Counter done;
  private final Counter refused;
  private final Counter shed;
  private final Tally tally;
  private final Turns turns;
  private final LongSupplier nowMs;
  private final AtomicInteger lookUps = new AtomicInteger();

  /**
   * @param tally where it is counted how long requests wait
   * @param nowMs monotonic: a request came by the same clock
   */
  SignUps(
      AccountStore accounts,
      CredentialMint mint,
      Tally tally,
      Turns turns,
      LongSupplier nowMs,
      MeterRegistry metrics) {
    this.accounts = accounts;
    this.mint = mint;
    this.tally = tally;
    this.turns = turns;
    this.nowMs = nowMs;
    done =
        Counter.builder("breakwater.delivery.signups.done")
            .description("Sign-ups that were answered with credentials")
            .register(metrics);
    refused =
        Counter.builder("breakwater.delivery.signups.refused")
            .description("Sign-ups that were answered with an error")
            .register(metrics);
    shed =
        Counter.builder("breakwater.delivery.signups.shed")
            .description("Sign-ups whose turn did not come in time, told to come back")
            .register(metrics);
    Gauge.builder("breakwater.delivery.signups.inflight", turns, Turns::inside)
        .description("Sign-ups under way")
        .register(metrics);
    Gauge.builder("breakwater.delivery.signups.waiting", turns, Turns::waiting)
        .description("Sign-ups that wait for their turn")
        .register(metrics);
  }

  /**
   * Signs up.
   *
   * @param arrivedMono when the request came to this node, ms by the clock of this class
   */
  CompletionStage<ServerFrame> signUp(SignUp request, long arrivedMono) {
    if (request.getSignUpId().size() != CredentialMint.CLIENT_SECRET_BYTES) {
      refused.increment();
      return answer(
          error(
              0,
              Reason.MALFORMED,
              "sign-up id size: "
                  + request.getSignUpId().size()
                  + " bytes (expected: "
                  + CredentialMint.CLIENT_SECRET_BYTES
                  + ')'));
    }
    if (!HANDLE.matcher(request.getHandle()).matches()) {
      refused.increment();
      return answer(malformedHandle(0));
    }
    return inTurn(request, arrivedMono)
        .whenComplete(
            (frame, _) -> {
              if (frame != null) {
                (frame.hasSignedUp() ? done : refused).increment();
              }
            });
  }

  private CompletionStage<ServerFrame> inTurn(SignUp request, long arrivedMono) {
    CompletableFuture<ServerFrame> answer = new CompletableFuture<>();
    turns.arrive(
        new Turns.Entrant() {
          @Override
          public void enter(long nowMono) {
            tally.waited(Priority.SIGN_UP.number, (nowMono - arrivedMono) * 1_000);
            var _ =
                unlessItFails(0, () -> claim(request), () -> turnedAway(arrivedMono))
                    .whenComplete(
                        (frame, _) -> {
                          answer.complete(frame);
                          turns.leave(nowMs.getAsLong());
                        });
          }

          @Override
          public void turnAway() {
            shed.increment();
            turnedAway(arrivedMono);
            answer.complete(later(0, Reason.OVERLOADED, "too many at once"));
          }
        },
        nowMs.getAsLong());
    return answer;
  }

  /**
   * What fails fast must not look like what is done fast: this node would be asked for all the
   * others.
   */
  private void turnedAway(long arrivedMono) {
    turnedAway(Priority.SIGN_UP.number, arrivedMono);
  }

  private void turnedAway(int priority, long arrivedMono) {
    tally.turnedAway(priority, (nowMs.getAsLong() - arrivedMono) * 1_000);
  }

  private CompletionStage<ServerFrame> claim(SignUp request) {
    byte[] signUpId = request.getSignUpId().toByteArray();
    Credentials credentials = mint.signUp(signUpId);
    // The account first: whoever finds the handle can write to its user at once. An account whose
    // handle turns out to be taken belongs to nobody who could know its token.
    return create(credentials)
        .thenCompose(
            _ ->
                accounts.claimHandle(
                    request.getHandle(), credentials.user(), SecretHash.of(signUpId)))
        .thenApply(
            claim ->
                switch (claim) {
                  case Claim.Claimed() -> signedUp(credentials);
                  case Claim.Taken() ->
                      error(0, Reason.HANDLE_TAKEN, "handle: taken (expected: a free one)");
                });
  }

  private CompletionStage<Void> create(Credentials credentials) {
    Device device = new Device(credentials.device(), credentials.token().hash(), 0, false);
    return accounts.createAccount(credentials.user(), device, System.currentTimeMillis());
  }

  private static ServerFrame signedUp(Credentials credentials) {
    return ServerFrame.newBuilder()
        .setSignedUp(
            SignedUp.newBuilder()
                .setUser(ByteString.copyFrom(credentials.user().bytes()))
                .setDevice(credentials.device().value())
                .setToken(ByteString.copyFrom(credentials.token().bytes())))
        .build();
  }

  /** Finds who has a handle; see {@link #signUp}. */
  CompletionStage<ServerFrame> lookUp(LookUp request, long arrivedMono) {
    tally.waited(Priority.LOOK_UP.number, (nowMs.getAsLong() - arrivedMono) * 1_000);
    if (!HANDLE.matcher(request.getHandle()).matches()) {
      return answer(malformedHandle(request.getRequest()));
    }
    return bounded(
        lookUps,
        MAX_LOOK_UPS,
        request.getRequest(),
        () -> turnedAway(Priority.LOOK_UP.number, arrivedMono),
        () ->
            accounts
                .findHandle(request.getHandle())
                .thenApply(
                    user ->
                        user.map(
                                found ->
                                    ServerFrame.newBuilder()
                                        .setFound(
                                            Found.newBuilder()
                                                .setRequest(request.getRequest())
                                                .setHandle(request.getHandle())
                                                .setUser(ByteString.copyFrom(found.bytes())))
                                        .build())
                            .orElseGet(
                                () ->
                                    error(
                                        request.getRequest(),
                                        Reason.NOT_FOUND,
                                        "handle: not found (expected: one that signed up)"))));
  }

  /**
   * Runs within a limit of requests under way; what fails is answered with a time to come back, and
   * counted.
   */
  private static CompletionStage<ServerFrame> bounded(
      AtomicInteger underWay,
      int limit,
      int request,
      Runnable onTurnedAway,
      Supplier<CompletionStage<ServerFrame>> work) {
    if (underWay.incrementAndGet() > limit) {
      underWay.decrementAndGet();
      onTurnedAway.run();
      return answer(later(request, Reason.OVERLOADED, "too many at once"));
    }
    return unlessItFails(request, work, onTurnedAway)
        .whenComplete((_, _) -> underWay.decrementAndGet());
  }

  private static CompletionStage<ServerFrame> unlessItFails(
      int request, Supplier<CompletionStage<ServerFrame>> work, Runnable onFailure) {
    CompletionStage<ServerFrame> begun;
    try {
      begun = work.get();
    } catch (RuntimeException e) {
      begun = CompletableFuture.failedStage(e);
    }
    return begun.exceptionally(
        _ -> {
          onFailure.run();
          return later(request, Reason.UNAVAILABLE, "storage does not answer now");
        });
  }

  private static CompletionStage<ServerFrame> answer(ServerFrame frame) {
    return CompletableFuture.completedStage(frame);
  }

  private static ServerFrame malformedHandle(int request) {
    return error(
        request,
        Reason.HANDLE_MALFORMED,
        "handle: malformed (expected: 3 to 32 of a-z, 0-9, '_' and '.', beginning with a letter)");
  }

  private static ServerFrame error(int request, Reason reason, String detail) {
    return frame(request, reason, detail, 0);
  }

  private static ServerFrame later(int request, Reason reason, String detail) {
    return frame(request, reason, detail, ThreadLocalRandom.current().nextInt(500, 3_000));
  }

  private static ServerFrame frame(int request, Reason reason, String detail, int returnAfterMs) {
    return ServerFrame.newBuilder()
        .setError(
            Error.newBuilder()
                .setRequest(request)
                .setReason(reason)
                .setDetail(detail)
                .setReturnAfterMs(returnAfterMs))
        .build();
  }
}

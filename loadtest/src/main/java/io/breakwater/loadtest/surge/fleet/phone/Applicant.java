package io.breakwater.loadtest.surge.fleet.phone;

import static io.breakwater.loadtest.surge.fleet.phone.Timers.NEVER;

import com.google.protobuf.ByteString;
import io.breakwater.client.ProofOfWork;
import io.breakwater.loadtest.line.Account;
import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Queued;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.SignUp;
import io.breakwater.proto.client.SignedUp;
import io.breakwater.proto.client.Work;
import io.breakwater.proto.client.WorkDemand;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who signs up, on a connection of its own: waits in line, comes back when told or each
 * second, with the ticket that keeps its place, until there is an account. Confined to the loop.
 */
public final class Applicant implements Link.User {
  /** The stream of those who sign up before the run: their sign-ups are no facts. */
  public static final int NO_STREAM = -1;

  /** A server repeats the place in line more often than this. */
  private static final long SILENCE = TimeUnit.SECONDS.toNanos(30);

  private static final String WHAT = "sign-up";

  /** Who follows it. */
  public interface Owner {
    /** There is an account; the connection is closed. */
    void signedUp(Applicant applicant, Account account, long now);
  }

  /**
   * What is applied for.
   *
   * @param stream that the arrival is of, or {@link #NO_STREAM}
   * @param id 16 random bytes; a secret
   * @param intendedNanos when it should have begun
   */
  public record Form(int stream, Who who, ByteString id, String handle, long intendedNanos) {
    @Override
    public String toString() {
      return "Form[handle=" + handle + ']';
    }
  }

  private final World world;
  private final Form form;
  private final Manners manners;
  private final Owner owner;
  private final Link link;
  private int attempts;
  private int handlesTaken;
  private boolean isInLine;

  /** What was said last of its place: shown at the next attempt. */
  private ByteString ticket = ByteString.EMPTY;

  /** What was done for a place, until it was shown and answered. */
  private @Nullable Work work;

  /** One that has not begun. */
  public Applicant(World world, Form form, Manners manners, Owner owner) {
    this.world = world;
    this.form = form;
    this.manners = manners;
    this.owner = owner;
    this.link = new Link(world, manners, this, SILENCE);
  }

  /** What it applies for. */
  public Form form() {
    return form;
  }

  /** Connects. */
  public void begin() {
    link.connectNow(world.now());
  }

  /** Gives up; a fact says so. */
  public void giveUp() {
    leaveLine();
    link.stop();
    if (form.stream() != NO_STREAM) {
      world.tell(
          new Fact.NotSignedUp(
              form.stream(), form.who(), form.intendedNanos(), Math.max(1, attempts)));
    }
  }

  @Override
  public ClientFrame greeting() {
    String handle = handlesTaken == 0 ? form.handle() : form.handle() + '.' + handlesTaken;
    SignUp.Builder signUp =
        SignUp.newBuilder().setSignUpId(form.id()).setHandle(handle).setTicket(ticket);
    if (work != null) {
      signUp.setWork(work);
    }
    return ClientFrame.newBuilder().setSignUp(signUp).build();
  }

  @Override
  public void heard(ServerFrame frame, long now) {
    switch (frame.getBodyCase()) {
      case SIGNED_UP -> signedUp(frame.getSignedUp(), now);
      case QUEUED -> queued(frame.getQueued(), now);
      case ERROR -> failed(frame.getError(), now);
      case GO_AWAY ->
          link.leaveAfter(
              "GO_AWAY", Integer.toUnsignedLong(frame.getGoAway().getReturnAfterMs()), now);
      default -> {}
    }
  }

  private void signedUp(SignedUp answer, long now) {
    leaveLine();
    int tries = link.tries();
    link.stop();
    if (form.stream() != NO_STREAM) {
      world.tallies().signedUp++;
      world.tell(new Fact.SignedUp(form.stream(), form.who(), form.intendedNanos(), now, tries));
    }
    owner.signedUp(this, new Account(answer.getUser(), answer.getDevice(), answer.getToken()), now);
  }

  private void queued(Queued place, long now) {
    work = null;
    if (!place.getTicket().isEmpty()) {
      ticket = place.getTicket();
    }
    if (place.hasWork()) {
      if (manners == Manners.OBEDIENT) {
        work(place.getWork());
      }
      return;
    }
    if (form.stream() != NO_STREAM) {
      world.tell(
          new Fact.Queued(
              form.who(), now, Integer.toUnsignedLong(place.getPlace()), place.getEstimateMs()));
    }
    long afterMs = Integer.toUnsignedLong(place.getReturnAfterMs());
    if (afterMs > 0) {
      link.dismissed("QUEUED", afterMs, now);
    } else if (!isInLine) {
      isInLine = true;
      world.tallies().waiting++;
    }
  }

  /** Whoever is too slow is told to come back, and shows what it has then. */
  private void work(WorkDemand demand) {
    int askedAt = link.tries();
    world
        .workers()
        .solve(
            new ProofOfWork(demand.getChallenge(), demand.getBits()),
            nonce -> {
              work = Work.newBuilder().setChallenge(demand.getChallenge()).setNonce(nonce).build();
              if (link.tries() == askedAt) {
                link.transmit(greeting());
              }
            });
  }

  private void leaveLine() {
    attempts = link.tries();
    if (isInLine) {
      isInLine = false;
      world.tallies().waiting--;
    }
  }

  private void failed(Error error, long now) {
    Reason reason = error.getReason();
    if (reason == Reason.HANDLE_TAKEN) {
      handlesTaken++;
    } else if (reason == Reason.HANDLE_MALFORMED || reason == Reason.MALFORMED) {
      world.trouble().accept("sign-up of " + form.handle() + ": " + reason);
    }
    link.dismissed(reason.name(), Integer.toUnsignedLong(error.getReturnAfterMs()), now);
  }

  @Override
  public void paused(long now) {}

  @Override
  public void refused(String reason, long returnAfterMs, long now) {
    leaveLine();
    if (form.stream() != NO_STREAM) {
      world.tallies().refused++;
      world.tell(new Fact.Refused(form.who(), WHAT, now, reason, returnAfterMs));
    }
  }

  @Override
  public void lost(String reason, long now) {
    throw new AssertionError("a sign-up has no session");
  }

  @Override
  public long wakeAt() {
    return NEVER;
  }

  @Override
  public void wake(long now) {}
}

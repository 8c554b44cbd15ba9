package io.breakwater.loadtest.bench.phone;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.line.Account;
import io.breakwater.loadtest.line.Line;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.SignUp;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A sign-up on a connection of its own, repeated until it is done. Confined to the loop; forgotten
 * afterwards.
 */
public final class Enrollment implements Line.Owner {
  private static final int SIGN_UP_ID_BYTES = 16;
  private static final int RETRY_MS = 500;

  private final PhoneLoop loop;
  private final ClientFrame frame;
  private final Consumer<Account> done;
  private final Runnable refused;
  private @Nullable Line line;
  private boolean over;

  private Enrollment(PhoneLoop loop, String handle, Consumer<Account> done, Runnable refused) {
    byte[] id = new byte[SIGN_UP_ID_BYTES];
    ThreadLocalRandom.current().nextBytes(id);
    this.loop = loop;
    this.frame =
        ClientFrame.newBuilder()
            .setSignUp(SignUp.newBuilder().setSignUpId(ByteString.copyFrom(id)).setHandle(handle))
            .build();
    this.done = done;
    this.refused = refused;
  }

  /**
   * Begins; on the loop.
   *
   * @param refused told of each answer that says to come back, and of each connection that broke
   */
  public static void begin(
      PhoneLoop loop, String handle, Consumer<Account> done, Runnable refused) {
    loop.connect(new Enrollment(loop, handle, done, refused));
  }

  @Override
  public String name() {
    return "enrollment";
  }

  @Override
  public void connected(Line connected) {
    line = connected;
    connected.send(frame);
  }

  @Override
  public void heard(ServerFrame answer) {
    if (answer.hasSignedUp()) {
      over = true;
      hangUp();
      done.accept(
          new Account(
              answer.getSignedUp().getUser(),
              answer.getSignedUp().getDevice(),
              answer.getSignedUp().getToken()));
    } else if (answer.hasError()) {
      again(answer.getError());
    }
  }

  private void again(Error error) {
    if (error.getReturnAfterMs() == 0) {
      throw new IllegalStateException("sign-up: " + error.getReason() + ": " + error.getDetail());
    }
    hangUp();
    comeBack(error.getReturnAfterMs());
  }

  private void comeBack(int afterMs) {
    over = true;
    refused.run();
    loop.at(
        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(afterMs),
        () -> loop.connect(new Enrollment(this)));
  }

  /** The same sign-up on another connection. */
  private Enrollment(Enrollment earlier) {
    loop = earlier.loop;
    frame = earlier.frame;
    done = earlier.done;
    refused = earlier.refused;
  }

  private void hangUp() {
    if (line != null) {
      line.close();
    }
  }

  @Override
  public void paused() {}

  @Override
  public void closed() {
    if (!over) {
      comeBack(RETRY_MS);
    }
  }
}

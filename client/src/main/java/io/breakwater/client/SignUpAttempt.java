package io.breakwater.client;

import com.google.protobuf.ByteString;
import io.breakwater.client.core.Changes;
import io.breakwater.client.core.Credentials;
import io.breakwater.client.core.Event;
import io.breakwater.client.core.SignUpMachine;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** A sign-up under way, until it is answered or closed. */
public final class SignUpAttempt implements AutoCloseable {
  private final CompletableFuture<Credentials> credentials = new CompletableFuture<>();
  private final ClientThread thread;

  private SignUpAttempt(
      ClientConfig config,
      byte[] signUpId,
      String handle,
      BreakwaterClient.EventListener listener) {
    SignUpMachine machine =
        new SignUpMachine(
            ByteString.copyFrom(signUpId),
            handle,
            new SplittableRandom(ThreadLocalRandom.current().nextLong()));
    thread = new ClientThread(machine, config, new Owner(listener), "breakwater-sign-up");
  }

  static SignUpAttempt start(
      ClientConfig config,
      byte[] signUpId,
      String handle,
      BreakwaterClient.EventListener listener) {
    SignUpAttempt attempt = new SignUpAttempt(config, signUpId, handle, listener);
    attempt.thread.start();
    return attempt;
  }

  /**
   * To be stored; completes exceptionally with {@link RequestFailedException} or {@link
   * ClientClosedException}.
   */
  public CompletionStage<Credentials> credentials() {
    return credentials;
  }

  /** Gives up, if it is not done. */
  @Override
  public void close() {
    try {
      thread.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Owner implements ClientThread.Owner {
    private final BreakwaterClient.EventListener listener;

    Owner(BreakwaterClient.EventListener listener) {
      this.listener = listener;
    }

    @Override
    public void persist(Changes changes) {
      throw new IllegalStateException("a sign-up stores nothing");
    }

    @Override
    public void persisted(Changes changes) {}

    @Override
    public void notify(Event event) {
      listener.onEvent(event);
      if (event instanceof Event.SignedUp signedUp) {
        credentials.complete(signedUp.credentials());
      } else if (event instanceof Event.SignUpFailed failed) {
        credentials.completeExceptionally(
            new RequestFailedException(failed.reason(), failed.detail(), 0));
      }
    }

    @Override
    public void ended(@Nullable IOException failure) {
      credentials.completeExceptionally(new ClientClosedException("the sign-up was given up"));
    }
  }
}

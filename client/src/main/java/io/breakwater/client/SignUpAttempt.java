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
  private final ClientConfig config;
  private final ByteString signUpId;
  private final BreakwaterClient.EventListener listener;
  private final SignUpMachine machine;
  private final ClientThread thread;

  /** Of the place in line that it has, or had. Written by the client's thread. */
  private volatile ByteString ticket;

  private SignUpAttempt(
      ClientConfig config,
      ByteString signUpId,
      String handle,
      ByteString ticket,
      BreakwaterClient.EventListener listener) {
    this.config = config;
    this.signUpId = signUpId;
    this.listener = listener;
    this.ticket = ticket;
    machine =
        new SignUpMachine(
            signUpId, handle, ticket, new SplittableRandom(ThreadLocalRandom.current().nextLong()));
    thread = new ClientThread(machine, config, new Owner(), "breakwater-sign-up");
  }

  static SignUpAttempt start(
      ClientConfig config,
      byte[] signUpId,
      String handle,
      BreakwaterClient.EventListener listener) {
    return start(config, ByteString.copyFrom(signUpId), handle, ByteString.EMPTY, listener);
  }

  private static SignUpAttempt start(
      ClientConfig config,
      ByteString signUpId,
      String handle,
      ByteString ticket,
      BreakwaterClient.EventListener listener) {
    SignUpAttempt attempt = new SignUpAttempt(config, signUpId, handle, ticket, listener);
    attempt.thread.start();
    return attempt;
  }

  /**
   * Tries another handle when this one was refused: the same sign-up goes on, and if it has waited
   * in line its place is kept for two minutes. To be called when this attempt is over.
   */
  public SignUpAttempt withHandle(String another) {
    return start(config, signUpId, another, ticket, listener);
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
    @Override
    public void persist(Changes changes) {
      throw new IllegalStateException("a sign-up stores nothing");
    }

    @Override
    public void persisted(Changes changes) {}

    @Override
    public void notify(Event event) {
      ticket = machine.ticket();
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

package io.breakwater.loadtest.chaos.phones;

import io.breakwater.client.BreakwaterClient;
import io.breakwater.client.ClientConfig;
import io.breakwater.client.SignUpAttempt;
import io.breakwater.client.core.Credentials;
import io.breakwater.client.core.Event;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Makes the accounts of a crowd, some at a time. */
final class SignUps {
  private static final int AT_ONCE = 16;
  private static final int ID_BYTES = 16;
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final ClientConfig config;

  /** In all handles: a campaign may run where another one ran. */
  private final String mark = Long.toHexString(ThreadLocalRandom.current().nextLong());

  SignUps(ClientConfig config) {
    this.config = config;
  }

  /**
   * By user.
   *
   * @throws TrialFailure if one is refused, or not answered within {@link #LIMIT}
   */
  List<Credentials> of(int users) {
    List<Credentials> credentials = new ArrayList<>();
    while (credentials.size() < users) {
      credentials.addAll(some(credentials.size(), Math.min(users, credentials.size() + AT_ONCE)));
    }
    return credentials;
  }

  private List<Credentials> some(int from, int to) {
    List<Attempt> attempts = new ArrayList<>();
    try {
      for (int user = from; user < to; user++) {
        attempts.add(begin(user));
      }
      return attempts.stream().map(this::await).toList();
    } finally {
      attempts.forEach(each -> each.attempt.close());
    }
  }

  /**
   * Somebody signs up.
   *
   * @param trouble the last that was heard
   */
  private record Attempt(int user, SignUpAttempt attempt, AtomicReference<String> trouble) {}

  private Attempt begin(int user) {
    AtomicReference<String> trouble = new AtomicReference<>("no answer");
    String handle = "c%s_%d".formatted(mark, user).toLowerCase(Locale.ROOT);
    return new Attempt(
        user,
        BreakwaterClient.signUp(config, secret(), handle, event -> trouble.set(said(event))),
        trouble);
  }

  private static String said(Event event) {
    return event instanceof Event.Detached detached ? detached.why() : event.toString();
  }

  private Credentials await(Attempt attempt) {
    try {
      return attempt
          .attempt
          .credentials()
          .toCompletableFuture()
          .orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
          .join();
    } catch (CompletionException e) {
      throw new TrialFailure(
          "user %d cannot sign up at %s: %s (%s)"
              .formatted(attempt.user, config.endpoints(), attempt.trouble.get(), e.getCause()),
          e);
    }
  }

  /** For a sign-up or a link: a secret. */
  static byte[] secret() {
    byte[] secret = new byte[ID_BYTES];
    ThreadLocalRandom.current().nextBytes(secret);
    return secret;
  }
}

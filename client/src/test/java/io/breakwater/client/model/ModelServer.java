package io.breakwater.client.model;

import com.google.protobuf.ByteString;
import io.breakwater.client.core.ConversationId;
import io.breakwater.client.core.Credentials;
import io.breakwater.client.core.MessageId;
import io.breakwater.client.core.Origin;
import io.breakwater.client.core.UserId;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.Deliver;
import io.breakwater.proto.client.DeviceLinked;
import io.breakwater.proto.client.DeviceRevoked;
import io.breakwater.proto.client.Displaced;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Found;
import io.breakwater.proto.client.Hello;
import io.breakwater.proto.client.Message;
import io.breakwater.proto.client.Pong;
import io.breakwater.proto.client.Queued;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.Reattached;
import io.breakwater.proto.client.ResendFrom;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.Sent;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.SignUp;
import io.breakwater.proto.client.SignedUp;
import io.breakwater.proto.client.Synced;
import io.breakwater.proto.client.Welcome;
import io.breakwater.proto.client.WorkDemand;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The whole tier as one state machine. What is durable survives {@link #crash}; what is in memory,
 * and answers that were not given, do not. One thread at a time.
 */
public final class ModelServer {
  /** Where the server's frames go. */
  public interface Connection {
    /** In order. */
    void write(ServerFrame frame);

    /** After what was written. */
    void close();
  }

  /** How the server misbehaves, all within what it promises. */
  public record Faults(double refuse, double renumber, long maxPublishMs, int window) {
    /** None. */
    public static final Faults NONE = new Faults(0, 0, 0, 256);
  }

  /** Runs something later; at once if the delay is 0. */
  public interface Timer {
    /** In milliseconds. */
    void after(long delayMs, Runnable action);
  }

  /** A message whose payload begins with this is refused for good. */
  public static final byte REFUSED = 'X';

  private static final long REDELIVER_MS = 15_000;

  private final RandomGenerator random;
  private final Timer timer;
  private final Faults faults;
  private final long retryForMs;
  private final LongSupplier clock;

  private final Map<Origin, MessageId> origins = new LinkedHashMap<>();
  private final Map<UserId, List<Entry>> mailboxes = new HashMap<>();
  private final Map<ConversationId, MessageId> highest = new HashMap<>();
  private final Map<String, UserId> handles = new HashMap<>();
  private final Map<ByteString, Credentials> signUps = new HashMap<>();
  private final Map<UserId, Set<Integer>> devices = new HashMap<>();

  private final Map<Origin, MessageId> met = new HashMap<>();
  private final Set<Origin> unpublished = new HashSet<>();
  private final Map<Connection, Session> sessions = new LinkedHashMap<>();
  private long epoch;
  private long behindMs;
  private long lastPublishMs;
  private long counter;
  private int workBits;

  /** A server without accounts. */
  public ModelServer(
      RandomGenerator random, LongSupplier clock, Timer timer, Faults faults, long retryForMs) {
    this.random = random;
    this.clock = clock;
    this.timer = timer;
    this.faults = faults;
    this.retryForMs = retryForMs;
  }

  private static final class Session {
    final Connection connection;
    final UserId user;
    final int device;
    long ackedEntry;
    long fedEntry;
    long ackedAtMs;
    boolean syncing = true;

    Session(Connection connection, UserId user, int device) {
      this.connection = connection;
      this.user = user;
      this.device = device;
    }
  }

  /** What was accepted. */
  public Map<Origin, MessageId> accepted() {
    return origins;
  }

  /** Makes an account with one device. */
  public Credentials account(String handle) {
    UserId user = new UserId(++counter, 7);
    handles.put(handle, user);
    return device(user);
  }

  /** Adds a device to an account. */
  public Credentials device(UserId user) {
    int device = (int) ++counter;
    devices.computeIfAbsent(user, key -> new HashSet<>()).add(device);
    return new Credentials(user, device, ByteString.copyFrom(new byte[48]));
  }

  private long nowMs() {
    return 1_700_000_000_000L + clock.getAsLong() - behindMs;
  }

  /** Delivers again what was not acknowledged; to be called about once a second. */
  public void tick() {
    for (Session session : sessions.values()) {
      if (session.fedEntry != session.ackedEntry && nowMs() - session.ackedAtMs >= REDELIVER_MS) {
        session.fedEntry = session.ackedEntry;
        session.ackedAtMs = nowMs();
      }
      feed(session);
    }
  }

  /**
   * The memory is gone, with what was not published; sessions are attached anew, to a home whose
   * clock may be behind.
   */
  public void crash() {
    epoch++;
    // Not where a message is given up within what clocks differ by: what is sent after it knows
    // nothing of its id.
    behindMs = retryForMs > 60_000 ? random.nextLong(10_000) : 0;
    lastPublishMs = 0;
    met.clear();
    highest.clear();
    unpublished.clear();
    for (Session session : sessions.values()) {
      session.fedEntry = session.ackedEntry;
      Reattached reattached =
          Reattached.newBuilder()
              .setServerTimeMs(nowMs())
              .setMailboxHead(head(session.user))
              .build();
      session.connection.write(ServerFrame.newBuilder().setReattached(reattached).build());
      feed(session);
    }
  }

  /** The connection is gone. */
  public void disconnected(Connection connection) {
    sessions.remove(connection);
  }

  /** A frame arrived. */
  public void received(Connection connection, ClientFrame frame) {
    Session session = sessions.get(connection);
    if (session == null) {
      switch (frame.getBodyCase()) {
        case HELLO -> hello(connection, frame.getHello());
        case SIGN_UP -> signUp(connection, frame.getSignUp());
        default -> fail(connection, 0, Reason.MALFORMED);
      }
      return;
    }
    switch (frame.getBodyCase()) {
      case SEND -> send(session, frame.getSend());
      case ACK -> ack(session, frame.getAck().getCursor());
      case SYNC -> {
        session.fedEntry = frame.getSync().getCursor().getEntryId();
        session.syncing = true;
        feed(session);
      }
      case PING -> {
        Pong pong =
            Pong.newBuilder().setServerTimeMs(nowMs()).setMailboxHead(head(session.user)).build();
        connection.write(ServerFrame.newBuilder().setPong(pong).build());
      }
      case LOOK_UP -> {
        UserId user = handles.get(frame.getLookUp().getHandle());
        int request = frame.getLookUp().getRequest();
        if (user == null) {
          fail(connection, request, Reason.NOT_FOUND);
        } else {
          Found found =
              Found.newBuilder()
                  .setRequest(request)
                  .setHandle(frame.getLookUp().getHandle())
                  .setUser(user.bytes())
                  .build();
          connection.write(ServerFrame.newBuilder().setFound(found).build());
        }
      }
      case LINK_DEVICE -> link(session, frame);
      case REVOKE_DEVICE -> {
        int device = frame.getRevokeDevice().getDevice();
        devices.computeIfAbsent(session.user, key -> new HashSet<>()).remove(device);
        DeviceRevoked revoked =
            DeviceRevoked.newBuilder()
                .setRequest(frame.getRevokeDevice().getRequest())
                .setDevice(device)
                .build();
        connection.write(ServerFrame.newBuilder().setDeviceRevoked(revoked).build());
      }
      case HELLO, SIGN_UP, BODY_NOT_SET -> fail(connection, 0, Reason.MALFORMED);
    }
  }

  private void hello(Connection connection, Hello hello) {
    UserId user = UserId.of(hello.getUser());
    if (!devices.getOrDefault(user, Set.of()).contains(hello.getDevice())) {
      fail(connection, 0, Reason.UNAUTHENTICATED);
      return;
    }
    for (Session other : List.copyOf(sessions.values())) {
      if (other.user.equals(user) && other.device == hello.getDevice()) {
        sessions.remove(other.connection);
        other.connection.write(
            ServerFrame.newBuilder().setDisplaced(Displaced.getDefaultInstance()).build());
        other.connection.close();
      }
    }
    Session session = new Session(connection, user, hello.getDevice());
    session.ackedEntry = hello.getCursor().getEntryId();
    session.fedEntry = session.ackedEntry;
    session.ackedAtMs = nowMs();
    sessions.put(connection, session);
    Welcome welcome =
        Welcome.newBuilder()
            .setServerTimeMs(nowMs())
            .setMailboxHead(head(user))
            .setMaxPayloadBytes(65_536)
            .setWindow(faults.window())
            .setRetryForMs(retryForMs)
            .build();
    connection.write(ServerFrame.newBuilder().setWelcome(welcome).build());
    feed(session);
  }

  /** From now on sign-ups are asked for so much work. */
  public void asksForWork(int bits) {
    workBits = bits;
  }

  private void signUp(Connection connection, SignUp signUp) {
    if (workBits > 0 && !signUp.hasWork()) {
      WorkDemand demand =
          WorkDemand.newBuilder().setChallenge(signUp.getSignUpId()).setBits(workBits).build();
      connection.write(
          ServerFrame.newBuilder().setQueued(Queued.newBuilder().setWork(demand)).build());
      return;
    }
    Credentials made = signUps.get(signUp.getSignUpId());
    if (made == null && handles.containsKey(signUp.getHandle())) {
      fail(connection, 0, Reason.HANDLE_TAKEN);
      return;
    }
    if (made == null) {
      made = account(signUp.getHandle());
      signUps.put(signUp.getSignUpId(), made);
    }
    SignedUp signedUp =
        SignedUp.newBuilder()
            .setUser(made.user().bytes())
            .setDevice(made.device())
            .setToken(made.token())
            .build();
    connection.write(ServerFrame.newBuilder().setSignedUp(signedUp).build());
  }

  private void link(Session session, ClientFrame frame) {
    Credentials made =
        signUps.computeIfAbsent(frame.getLinkDevice().getLinkId(), key -> device(session.user));
    DeviceLinked linked =
        DeviceLinked.newBuilder()
            .setRequest(frame.getLinkDevice().getRequest())
            .setUser(made.user().bytes())
            .setDevice(made.device())
            .setToken(made.token())
            .setCursor(Cursor.newBuilder().setEntryId(head(session.user)))
            .build();
    session.connection.write(ServerFrame.newBuilder().setDeviceLinked(linked).build());
  }

  private static void fail(Connection connection, int request, Reason reason) {
    Error error =
        Error.newBuilder().setRequest(request).setReason(reason).setDetail("model").build();
    connection.write(ServerFrame.newBuilder().setError(error).build());
    if (request == 0) {
      connection.close();
    }
  }

  private void send(Session session, Send send) {
    UserId to = UserId.of(send.getTo());
    ConversationId conversation = conversation(session.user, to);
    Origin.Stream stream = new Origin.Stream(session.user, session.device, conversation);
    Origin origin = new Origin(stream, send.getClientId());
    if (!send.getPayload().isEmpty() && send.getPayload().byteAt(0) == REFUSED) {
      refuse(session, send, 0, true);
    } else if (random.nextDouble() < faults.refuse()) {
      refuse(session, send, 20 + random.nextInt(400), false);
    } else if (unpublished.contains(origin)) {
      // Answered when it is published.
    } else if (met.containsKey(origin)) {
      answer(session.user, session.device, to, origin);
    } else if (send.getPrev() != 0 && !met.containsKey(new Origin(stream, send.getPrev()))) {
      ResendFrom resend =
          ResendFrom.newBuilder()
              .setTo(send.getTo())
              .setClientId(send.getClientId())
              .setFrom(send.getPrev())
              .build();
      session.connection.write(ServerFrame.newBuilder().setResendFrom(resend).build());
    } else if (send.getRetry() && origins.containsKey(origin)) {
      met.put(origin, origins.get(origin));
      answer(session.user, session.device, to, origin);
    } else {
      accept(session, send, origin, to);
    }
  }

  private static void refuse(Session session, Send send, int returnAfterMs, boolean last) {
    SendRefused refused =
        SendRefused.newBuilder()
            .setTo(send.getTo())
            .setClientId(send.getClientId())
            .setReason(last ? Reason.NOT_FOUND : Reason.OVERLOADED)
            .setReturnAfterMs(returnAfterMs)
            .setFinal(last)
            .build();
    session.connection.write(ServerFrame.newBuilder().setSendRefused(refused).build());
  }

  private void accept(Session session, Send send, Origin origin, UserId to) {
    MessageId after = send.getAfter().isEmpty() ? MessageId.NONE : MessageId.of(send.getAfter());
    ConversationId conversation = origin.stream().conversation();
    MessageId prev = met.getOrDefault(new Origin(origin.stream(), send.getPrev()), MessageId.NONE);
    MessageId floor = after.max(prev).max(highest.getOrDefault(conversation, MessageId.NONE));
    MessageId id =
        nowMs() > floor.high()
            ? new MessageId(nowMs(), 0)
            : new MessageId(floor.high(), floor.low() + 1);
    highest.put(conversation, id);
    met.put(origin, id);
    unpublished.add(origin);
    Message message =
        Message.newBuilder()
            .setMessageId(id.bytes())
            .setConversation(conversation.bytes())
            .setSender(session.user.bytes())
            .setSenderDevice(session.device)
            .setClientId(send.getClientId())
            .setTo(send.getTo())
            .setPayload(send.getPayload())
            .build();
    long delayMs = faults.maxPublishMs() == 0 ? 0 : random.nextLong(faults.maxPublishMs());
    lastPublishMs = Math.max(lastPublishMs, nowMs() + delayMs);
    long acceptedIn = epoch;
    UserId sender = session.user;
    int device = session.device;
    timer.after(
        lastPublishMs - nowMs(),
        () -> {
          if (epoch == acceptedIn) {
            publish(origin, id, message, sender, device, to);
          }
        });
  }

  private void publish(
      Origin origin, MessageId id, Message message, UserId sender, int device, UserId to) {
    unpublished.remove(origin);
    origins.put(origin, id);
    append(to, message);
    if (!sender.equals(to)) {
      append(sender, message);
    }
    if (random.nextDouble() < faults.renumber()) {
      MessageId again = new MessageId(id.high(), id.low() + 1);
      highest.merge(origin.stream().conversation(), again, MessageId::max);
      append(to, message.toBuilder().setMessageId(again.bytes()).build());
    }
    answer(sender, device, to, origin);
  }

  private void answer(UserId user, int device, UserId to, Origin origin) {
    MessageId id = met.get(origin);
    Session session = session(user, device);
    if (session != null && id != null) {
      Sent sent =
          Sent.newBuilder()
              .setTo(to.bytes())
              .setClientId(origin.clientId())
              .setMessageId(id.bytes())
              .build();
      session.connection.write(ServerFrame.newBuilder().setSent(sent).build());
    }
  }

  private @Nullable Session session(UserId user, int device) {
    for (Session session : sessions.values()) {
      if (session.user.equals(user) && session.device == device) {
        return session;
      }
    }
    return null;
  }

  private void append(UserId user, Message message) {
    Entry entry =
        Entry.newBuilder()
            .setEntryId(head(user) + 1 + random.nextInt(3))
            .setTimeMs(nowMs())
            .setMessage(message)
            .build();
    mailboxes.computeIfAbsent(user, key -> new ArrayList<>()).add(entry);
    sessions.values().stream().filter(other -> other.user.equals(user)).forEach(this::feed);
  }

  private long head(UserId user) {
    List<Entry> mailbox = mailboxes.getOrDefault(user, List.of());
    return mailbox.isEmpty() ? 0 : mailbox.get(mailbox.size() - 1).getEntryId();
  }

  private void ack(Session session, Cursor cursor) {
    session.ackedEntry = Math.max(session.ackedEntry, cursor.getEntryId());
    session.fedEntry = Math.max(session.fedEntry, session.ackedEntry);
    session.ackedAtMs = nowMs();
    feed(session);
  }

  private void feed(Session session) {
    List<Entry> mailbox = mailboxes.getOrDefault(session.user, List.of());
    List<Entry> outstanding = after(mailbox, session.ackedEntry);
    Deliver.Builder deliver = Deliver.newBuilder();
    for (int i = 0; i < Math.min(outstanding.size(), faults.window()); i++) {
      if (outstanding.get(i).getEntryId() > session.fedEntry) {
        deliver.addEntries(outstanding.get(i));
        session.fedEntry = outstanding.get(i).getEntryId();
      }
    }
    if (deliver.getEntriesCount() > 0) {
      if (session.ackedAtMs == 0 || outstanding.size() == deliver.getEntriesCount()) {
        session.ackedAtMs = nowMs();
      }
      session.connection.write(ServerFrame.newBuilder().setDeliver(deliver).build());
    }
    if (session.syncing && session.fedEntry == head(session.user)) {
      session.syncing = false;
      Synced synced = Synced.newBuilder().setMailboxHead(head(session.user)).build();
      session.connection.write(ServerFrame.newBuilder().setSynced(synced).build());
    }
  }

  private static List<Entry> after(List<Entry> mailbox, long entryId) {
    int low = 0;
    int high = mailbox.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (mailbox.get(middle).getEntryId() <= entryId) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return mailbox.subList(low, mailbox.size());
  }

  /** The same whoever asks. */
  public static ConversationId conversation(UserId a, UserId b) {
    return new ConversationId(Math.min(a.high(), b.high()), Math.max(a.high(), b.high()));
  }

  /** Who has this handle. */
  public Optional<UserId> user(String handle) {
    return Optional.ofNullable(handles.get(handle));
  }
}

package io.breakwater.loadtest.surge.fleet.phone;

import com.google.protobuf.ByteString;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Deliver;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Found;
import io.breakwater.proto.client.Message;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ResendFrom;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.Sent;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.SignUp;
import io.breakwater.proto.client.SignedUp;
import io.breakwater.proto.client.Synced;
import io.breakwater.proto.client.Welcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The servers of a surge in memory: accounts, mailboxes, deliveries. A test may get in between with
 * its {@link Script}.
 */
public final class Tier implements Virtual.Server {
  /** What a test does instead of the tier. */
  public interface Script {
    /** A connection is asked for. */
    default Door door() {
      return Door.OPENS;
    }

    /**
     * A frame arrived.
     *
     * @return whether that was all
     */
    default boolean heard(Peer peer, ClientFrame frame) {
      return false;
    }
  }

  private record Origin(ByteString sender, ByteString to, long clientId) {}

  private static final class Mailbox {
    final List<Entry> entries = new ArrayList<>();
    long acknowledged;
    @Nullable Peer peer;
  }

  private static final long SERVER_MS = 1_760_000_000_000L;

  private final Map<ByteString, ByteString> handles = new HashMap<>();
  private final Map<ByteString, Mailbox> mailboxes = new HashMap<>();
  private final Map<Peer, ByteString> sessions = new HashMap<>();
  private final Map<Origin, ByteString> origins = new HashMap<>();

  /** Every frame, in its order. */
  public final List<ClientFrame> heard = new ArrayList<>();

  /** What a test makes of it. */
  public Script script = new Script() {};

  private long messages;

  @Override
  public Door door() {
    return script.door();
  }

  @Override
  public void heard(Peer peer, ClientFrame frame) {
    heard.add(frame);
    if (script.heard(peer, frame)) {
      return;
    }
    switch (frame.getBodyCase()) {
      case SIGN_UP -> signUp(peer, frame.getSignUp());
      case HELLO ->
          hello(peer, frame.getHello().getUser(), frame.getHello().getCursor().getEntryId());
      case SEND -> send(peer, frame.getSend());
      case ACK -> box(peer).acknowledged = frame.getAck().getCursor().getEntryId();
      case SYNC -> sync(peer, box(peer), frame.getSync().getCursor().getEntryId());
      case LOOK_UP ->
          peer.say(
              ServerFrame.newBuilder()
                  .setFound(Found.newBuilder().setRequest(frame.getLookUp().getRequest()))
                  .build());
      default -> {}
    }
  }

  @Override
  public void gone(Peer peer) {
    ByteString user = sessions.remove(peer);
    if (user != null) {
      Mailbox box = mailbox(user);
      if (peer.equals(box.peer)) {
        box.peer = null;
      }
    }
  }

  private Mailbox box(Peer peer) {
    return mailbox(sessions.getOrDefault(peer, ByteString.EMPTY));
  }

  private Mailbox mailbox(ByteString user) {
    return mailboxes.computeIfAbsent(user, _ -> new Mailbox());
  }

  /** Entries that nobody has acknowledged. */
  public long waiting(ByteString user) {
    Mailbox box = mailbox(user);
    return box.entries.stream().filter(each -> each.getEntryId() > box.acknowledged).count();
  }

  /** Loses all that is in a mailbox and not acknowledged. */
  public void forget(ByteString user) {
    Mailbox box = mailbox(user);
    box.entries.removeIf(each -> each.getEntryId() > box.acknowledged);
  }

  /** How many accounts there are. */
  public int accounts() {
    return handles.size();
  }

  private void signUp(Peer peer, SignUp signUp) {
    ByteString handle = signUp.getHandleBytes();
    ByteString user = signUp.getSignUpId();
    ByteString owner = handles.putIfAbsent(handle, user);
    peer.say(
        owner == null || owner.equals(user)
            ? ServerFrame.newBuilder()
                .setSignedUp(SignedUp.newBuilder().setUser(user).setDevice(1))
                .build()
            : error(Reason.HANDLE_TAKEN, 0));
  }

  private void hello(Peer peer, ByteString user, long cursor) {
    Mailbox box = mailbox(user);
    sessions.put(peer, user);
    box.peer = peer;
    peer.say(
        ServerFrame.newBuilder()
            .setWelcome(Welcome.newBuilder().setServerTimeMs(SERVER_MS).setRetryForMs(604_800_000L))
            .build());
    sync(peer, box, cursor);
  }

  private static void sync(Peer peer, Mailbox box, long cursor) {
    List<Entry> missed = box.entries.stream().filter(each -> each.getEntryId() > cursor).toList();
    if (!missed.isEmpty()) {
      peer.say(deliver(missed));
    }
    peer.say(
        ServerFrame.newBuilder()
            .setSynced(Synced.newBuilder().setMailboxHead(box.entries.size()))
            .build());
  }

  private static ServerFrame deliver(List<Entry> entries) {
    return ServerFrame.newBuilder().setDeliver(Deliver.newBuilder().addAllEntries(entries)).build();
  }

  private void send(Peer peer, Send send) {
    ByteString sender = sessions.getOrDefault(peer, ByteString.EMPTY);
    Origin previous = new Origin(sender, send.getTo(), send.getPrev());
    if (send.getPrev() != 0 && !origins.containsKey(previous)) {
      peer.say(
          ServerFrame.newBuilder()
              .setResendFrom(
                  ResendFrom.newBuilder()
                      .setTo(send.getTo())
                      .setClientId(send.getClientId())
                      .setFrom(send.getPrev()))
              .build());
      return;
    }
    Origin origin = new Origin(sender, send.getTo(), send.getClientId());
    boolean isNew = !origins.containsKey(origin);
    ByteString id = origins.computeIfAbsent(origin, _ -> messageId());
    peer.say(sent(send, id));
    if (isNew) {
      deliver(sender, send, id);
    }
  }

  private ByteString messageId() {
    return ByteString.copyFrom(
        ByteBuffer.allocate(16).putLong(SERVER_MS << 16).putLong(++messages).flip());
  }

  /** An answer to a message. */
  public static ServerFrame sent(Send send, ByteString id) {
    return ServerFrame.newBuilder()
        .setSent(
            Sent.newBuilder().setTo(send.getTo()).setClientId(send.getClientId()).setMessageId(id))
        .build();
  }

  /** Puts an entry into the mailbox of a reader, whether or not it was there before. */
  public void deliver(ByteString sender, Send send, ByteString id) {
    Mailbox box = mailbox(send.getTo());
    Entry entry =
        Entry.newBuilder()
            .setEntryId(box.entries.size() + 1)
            .setTimeMs(SERVER_MS)
            .setMessage(
                Message.newBuilder()
                    .setMessageId(id)
                    .setSender(sender)
                    .setSenderDevice(1)
                    .setClientId(send.getClientId())
                    .setTo(send.getTo())
                    .setPayload(send.getPayload()))
            .build();
    box.entries.add(entry);
    if (box.peer != null) {
      box.peer.say(deliver(List.of(entry)));
    }
  }

  /** An error of the connection. */
  public static ServerFrame error(Reason reason, int returnAfterMs) {
    return ServerFrame.newBuilder()
        .setError(Error.newBuilder().setReason(reason).setReturnAfterMs(returnAfterMs))
        .build();
  }
}

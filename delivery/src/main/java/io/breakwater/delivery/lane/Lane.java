package io.breakwater.delivery.lane;

import com.google.protobuf.InvalidProtocolBufferException;
import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.Origin;
import io.breakwater.common.id.Shard;
import io.breakwater.common.id.UserId;
import io.breakwater.common.secret.Credentials;
import io.breakwater.common.secret.SecretHash;
import io.breakwater.delivery.membership.Standing;
import io.breakwater.delivery.membership.Standings;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Message;
import io.breakwater.proto.journal.Record;
import io.breakwater.proto.trunk.AckFrom;
import io.breakwater.proto.trunk.Attach;
import io.breakwater.proto.trunk.Detach;
import io.breakwater.proto.trunk.SendFrom;
import io.breakwater.proto.trunk.SyncFrom;
import io.breakwater.storage.AccountStore.Device;
import io.breakwater.storage.MailboxStore.Page;
import io.breakwater.storage.StorageLayout;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The owner of the mailboxes of some shards: one thread, or one simulated one. The shell calls
 * {@link #advance}, then any inputs, then {@link #flush}, which is where the work of a batch is
 * sent off. Inputs never throw for what a client, a gateway or storage did.
 */
public final class Lane {
  private static final List<Long> NO_TICKETS = List.of();

  /** Makes lanes: {@code Lane::new}, but in a test. */
  public interface Maker {
    /** See the constructor of {@link Lane}. */
    Lane make(
        LaneEffects effects,
        LaneLimits limits,
        StorageLayout layout,
        IncarnationId incarnation,
        long firstId,
        long ceiling);
  }

  private final LaneState state;
  private final LaneStats stats = new LaneStats();
  private final Shards shards;
  private final Mailboxes mailboxes;
  private final Origins origins;
  private final Tail tail;
  private final LaneJournal journal;
  private final Settling settling;
  private final Sends sends;
  private final Sessions sessions;
  private final DeviceChanges changes;
  private final Handoffs handoffs;

  /** How many entries of a resubmission are not published yet. */
  private final Map<Long, Integer> resubmissions = new HashMap<>();

  private final Map<TailEntry, List<Long>> resubmitted = new HashMap<>();

  private record Adoption(Standings standings, long idsBelow) {}

  /** What counts once ids are durable; none most of the time. */
  private @Nullable Adoption adoption;

  /** The view by which all is handed off that was lost. */
  private long releasedView;

  private boolean sealed;
  private boolean wasClean = true;
  private long checkpointedAtMono;

  /** A lane that keeps all rules; see the other constructor. */
  public Lane(
      LaneEffects effects,
      LaneLimits limits,
      StorageLayout layout,
      IncarnationId incarnation,
      long firstId,
      long ceiling) {
    this(effects, limits, layout, EnumSet.allOf(Rule.class), incarnation, firstId, ceiling);
  }

  /**
   * @param rules which rules it keeps; all of them but in a test
   * @param firstId above every entry id of every earlier incarnation
   * @param ceiling ids below it are durable as issued by this incarnation
   */
  Lane(
      LaneEffects effects,
      LaneLimits limits,
      StorageLayout layout,
      Set<Rule> rules,
      IncarnationId incarnation,
      long firstId,
      long ceiling) {
    state = new LaneState(effects, limits, rules, incarnation, firstId, ceiling);
    shards = new Shards(state, stats);
    mailboxes = new Mailboxes(state, this::accountRead);
    origins = new Origins(state);
    tail = new Tail(state);
    journal = new LaneJournal(state, this::publish);
    settling =
        new Settling(
            state,
            layout,
            tail,
            this::progressed,
            user -> shards.of(user) == Standing.HOME,
            origins::uncopiedBefore,
            origins::uncopiedAfter);
    sessions = new Sessions(state, mailboxes, journal, stats, this::settleAcknowledged);
    sends = new Sends(state, shards, mailboxes, origins, tail, journal, settling, stats);
    changes = new DeviceChanges(state, mailboxes, sends, sessions, tail, journal);
    handoffs = new Handoffs(state, shards, this::handedOff, mailboxes::remove);
  }

  // ---- time and batches

  /**
   * Time goes on. First call of a batch of inputs.
   *
   * @param wallMs milliseconds since 1970; may jump
   * @param monoMs milliseconds of a clock that only advances
   */
  public void advance(long wallMs, long monoMs) {
    boolean isFirst = state.wallMs == 0;
    boolean jumped =
        !isFirst
            && Math.abs((wallMs - state.wallMs) - (monoMs - state.monoMs))
                > LaneLimits.CLOCK_JUMP_MS;
    state.beganMs = isFirst ? wallMs : state.beganMs;
    state.wallMs = wallMs;
    state.latestWallMs = Math.max(state.latestWallMs, wallMs);
    state.monoMs = Math.max(state.monoMs, monoMs);
    state.arrivedMono = state.monoMs;
    if (jumped) {
      voidCleanReads();
    }
  }

  /** What follows came to this node then: it has waited for this lane since. */
  public void arrived(long atMono) {
    state.arrivedMono = atMono;
  }

  /** End of a batch of inputs: feeds sessions and closes blocks. */
  public void flush() {
    if (!sealed) {
      sessions.flush();
      journal.flush();
      settling.flush();
      handoffs.flush();
      sayReleased();
    }
  }

  /** Ten times a second. */
  public void tick() {
    if (sealed) {
      return;
    }
    adoptIfReady();
    shards.tick();
    journal.tick();
    sessions.tick();
    mailboxes.tick();
    origins.tick();
    if (wasClean && !journal.isClean()) {
      sessions.endAll();
    }
    wasClean = journal.isClean();
    settling.tick();
    if (journal.isIdle() && state.waitingBytes == 0) {
      // Nothing can be owed: whatever was not answered is not going to be.
      state.sendsUnderWay = 0;
      state.sendsAwaitingHome = 0;
    }
    if (state.monoMs - checkpointedAtMono >= 1_000) {
      checkpointedAtMono = state.monoMs;
      journal.checkpoint();
    }
  }

  /** The process is about to end: rows are written without waiting for acknowledgements. */
  public void hurry() {
    state.hurry = true;
  }

  // ---- frames of gateways

  /**
   * A device wants to attach on a connection.
   *
   * @param view the newest one that its gateway knows
   */
  public void attach(long trunk, long connection, long view, UserId user, Attach attach) {
    attach(
        user,
        view,
        new Sessions.Claim(
            trunk,
            connection,
            new DeviceId(attach.getDevice()),
            SecretHash.stored(attach.getTokenHash().toByteArray()),
            attach.getGeneration(),
            attach.getCursor()));
  }

  private void attach(UserId user, long view, Sessions.Claim claim) {
    switch (shards.of(user, view)) {
      case HOME -> sessions.attach(mailboxes.of(user), claim);
      case GAINING ->
          shards.await(
              user,
              new Waiting(0, () -> attach(user, view, claim), () -> sessions.refuseForNow(claim)));
      case AWAY -> sessions.elsewhere(claim.trunk(), claim.connection());
    }
  }

  /** A connection is gone. */
  public void detach(UserId user, Detach detach) {
    Runnable gone =
        () ->
            sessions.detach(
                mailboxes.of(user), new DeviceId(detach.getDevice()), detach.getGeneration());
    // If it may not wait any longer: a session that is here already is ended all the same.
    atHome(user, gone, () -> {}, gone);
  }

  /** A trunk is gone, and all its sessions with it. */
  public void trunkClosed(long trunk) {
    sessions.trunkClosed(trunk);
  }

  /**
   * A message for a user of this lane.
   *
   * @param view the newest one that its gateway knows
   * @throws IllegalArgumentException if a gateway should have refused it; nothing has happened then
   */
  public void send(long trunk, long connection, long view, UserId to, SendFrom from) {
    TailEntry.Attempt attempt = new TailEntry.Attempt(trunk, connection, state.arrivedMono);
    send(
        attempt,
        view,
        to,
        from,
        () -> {
          sends.ended(attempt);
          state.effects.forward(trunk, connection, to, from);
        });
  }

  /**
   * A message that another node was given and that belongs here; it is not passed on again.
   *
   * @param number of the attempt, on its relay
   * @param view by which it belongs here
   * @throws IllegalArgumentException if a gateway should have refused it; nothing has happened then
   */
  public void forwarded(long relay, long number, long view, UserId to, SendFrom from) {
    TailEntry.Attempt attempt = new TailEntry.Attempt(relay, number);
    send(attempt, view, to, from, () -> sends.refuseForNow(to, from.getSend(), attempt));
  }

  private void send(
      TailEntry.Attempt attempt, long view, UserId to, SendFrom from, Runnable elsewhere) {
    // It may have to wait, and what waits is run where nobody expects that it is wrong.
    UserId sender = UserId.of(from.getSender().asReadOnlyByteBuffer());
    Sends.check(from.getSend());
    if (attempt.isMeasured()) {
      state.sendsUnderWay++;
    }
    carryOut(attempt, view, to, sender, from, elsewhere);
  }

  private void carryOut(
      TailEntry.Attempt attempt,
      long view,
      UserId to,
      UserId sender,
      SendFrom from,
      Runnable elsewhere) {
    switch (shards.of(to, view)) {
      case HOME -> sends.send(to, sender, new DeviceId(from.getDevice()), from.getSend(), attempt);
      case GAINING -> {
        sends.awaitsHome(attempt, 1);
        shards.await(
            to,
            new Waiting(
                from.getSerializedSize(),
                // To wait for earlier owners is to wait in no queue.
                () -> {
                  sends.awaitsHome(attempt, -1);
                  carryOut(attempt.since(state.monoMs), view, to, sender, from, elsewhere);
                },
                () -> {
                  sends.awaitsHome(attempt, -1);
                  sends.refuseForNow(to, from.getSend(), attempt);
                }));
      }
      case AWAY -> elsewhere.run();
    }
  }

  /** A device has stored entries. While its shard is gained: lost, and delivered again. */
  public void ack(long trunk, long connection, UserId user, AckFrom ack) {
    Session session = find(user, new DeviceId(ack.getDevice()), trunk, connection);
    if (session != null) {
      sessions.acknowledged(session, ack.getCursor().getEntryId());
    }
  }

  /** A device wants everything after a cursor again. */
  public void sync(long trunk, long connection, UserId user, SyncFrom sync) {
    Runnable elsewhere = () -> sessions.elsewhere(trunk, connection);
    atHome(
        user,
        () -> {
          Session session =
              sessions.find(mailboxes.of(user), new DeviceId(sync.getDevice()), trunk, connection);
          if (session != null) {
            sessions.sync(session, sync.getCursor());
          }
        },
        elsewhere,
        // Attached again, it is fed from its cursor; nobody else would repeat what it asked.
        elsewhere);
  }

  /** A heartbeat. While the shard is gained it is not answered; the next one is. */
  public void ping(long trunk, long connection, UserId user, DeviceId device) {
    Session session = find(user, device, trunk, connection);
    if (session != null) {
      sessions.ping(session);
    }
  }

  /** An attached device makes another device of its user. */
  public void link(long trunk, long connection, UserId user, int request, Credentials credentials) {
    change(trunk, connection, user, request, asker -> changes.link(asker, request, credentials));
  }

  /** An attached device signs out a device of its user. */
  public void revoke(long trunk, long connection, UserId user, int request, DeviceId target) {
    change(trunk, connection, user, request, asker -> changes.revoke(asker, request, target));
  }

  private void change(
      long trunk, long connection, UserId user, int request, Consumer<Session> change) {
    atHome(
        user,
        () -> {
          Session session = sessions.find(mailboxes.of(user), trunk, connection);
          if (session != null) {
            change.accept(session);
          }
        },
        () -> sessions.elsewhere(trunk, connection),
        () -> changes.refuseWhileMoving(trunk, connection, request));
  }

  /**
   * Does something at the home of a user: now, or when earlier owners have released the shard.
   *
   * @param late run if that takes too long, or too much waits
   */
  private void atHome(UserId user, Runnable here, Runnable elsewhere, Runnable late) {
    switch (shards.of(user)) {
      case HOME -> here.run();
      case GAINING ->
          shards.await(user, new Waiting(0, () -> atHome(user, here, elsewhere, late), late));
      case AWAY -> elsewhere.run();
    }
  }

  /** Only for what does no harm if it is lost while the shard is gained. */
  private @Nullable Session find(UserId user, DeviceId device, long trunk, long connection) {
    return switch (shards.of(user)) {
      case HOME -> sessions.find(mailboxes.of(user), device, trunk, connection);
      case GAINING -> null;
      case AWAY -> {
        // The gateway attaches at another home, unless it has already.
        sessions.elsewhere(trunk, connection);
        yield null;
      }
    };
  }

  // ---- other homes

  /** A copy for the other devices of a sender of this lane. */
  public void copy(Copy copy) {
    // Not answered otherwise: it is asked for again, at whoever is the home by then.
    if (shards.of(copy.sender()) == Standing.HOME) {
      sends.copy(copy);
    }
  }

  /** The home of its sender has taken care of the copy of an entry. */
  public void copied(UserId recipient, long entryId) {
    TailEntry entry =
        shards.of(recipient) == Standing.AWAY ? null : mailboxes.of(recipient).tail.get(entryId);
    if (entry != null) {
      entry.copied = true;
      settling.copied(entry);
      progressed(entry);
    }
  }

  /**
   * Takes over what an earlier incarnation left unsettled, under the ids that it has. All of it has
   * to come before anything new, in entry order.
   *
   * <p>What comes of an owner that this lane does not wait for, and is not known here, is left
   * alone: it was settled meanwhile, or was never published. The interleaving: a node that is
   * sealed and does not know it goes on to journal; a second recoverer reads that after the first
   * one was done, and the shard may have moved on since.
   *
   * @param view by which this is their home; refused until it counts here
   * @param owner whose they are: an earlier owner of their shards
   * @param ticket answered by {@link LaneEffects#resubmitted} when all is published here
   */
  public void resubmit(long ticket, long view, IncarnationId owner, List<Record> records) {
    // By an older view it might take an owner that came since for one that has released.
    boolean isAhead = view > shards.view();
    if (state.keeps(Rule.HOME_ONLY)
        && (isAhead
            || records.stream().anyMatch(record -> shards.of(user(record)) == Standing.AWAY))) {
      state.effects.resubmissionRefused(ticket);
      return;
    }
    int taken = 0;
    if (state.keeps(Rule.RESUBMISSION)) {
      for (Record record : records) {
        taken += takeOver(ticket, owner, record) ? 1 : 0;
      }
    }
    stats.recovered += taken;
    if (taken == 0) {
      state.effects.resubmitted(ticket);
    } else {
      resubmissions.merge(ticket, taken, Integer::sum);
    }
  }

  private static UserId user(Record record) {
    return UserId.of(record.getUser().asReadOnlyByteBuffer());
  }

  private boolean takeOver(long ticket, IncarnationId owner, Record record) {
    Entry entry;
    try {
      entry = Entry.parseFrom(record.getEntry());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("a journal record that is no entry", e);
    }
    Mailbox mailbox = mailboxes.of(user(record));
    TailEntry known = mailbox.tail.get(entry.getEntryId());
    if (known != null) {
      // It may be here since an earlier attempt, and not be durable yet.
      if (!known.published) {
        resubmitted.computeIfAbsent(known, _ -> new ArrayList<>(1)).add(ticket);
      }
      return !known.published;
    }
    if (!shards.awaits(mailbox.user, owner)) {
      return false;
    }
    TailEntry.@Nullable Identity identity =
        entry.hasMessage() ? identity(entry.getMessage()) : null;
    TailEntry taken =
        new TailEntry(
            mailbox,
            entry.getEntryId(),
            entry.getTimeMs(),
            record.getKind(),
            record.getEntry(),
            identity);
    remember(taken);
    resubmitted.put(taken, new ArrayList<>(List.of(ticket)));
    tail.add(taken);
    journal.add(taken);
    return true;
  }

  /** An unsettled message that this lane did not accept, or had forgotten. */
  private void remember(TailEntry entry) {
    if (entry.identity != null) {
      Mailbox mailbox = entry.mailbox;
      Origin origin = entry.identity.origin();
      origins.stream(mailbox.user, origin.conversation(), origin.sender(), origin.device())
          .recovered(origin.clientId(), new Origins.Known(entry.identity.message(), entry));
      mailbox.met(origin.conversation(), entry.identity.message());
    }
  }

  private static TailEntry.Identity identity(Message message) {
    return new TailEntry.Identity(
        new Origin(
            UserId.of(message.getSender().asReadOnlyByteBuffer()),
            new DeviceId(message.getSenderDevice()),
            ConversationId.of(message.getConversation().asReadOnlyByteBuffer()),
            message.getClientId()),
        MessageId.of(message.getMessageId().asReadOnlyByteBuffer()));
  }

  // ---- views

  /**
   * A view, or who has released by it, as far as this node is concerned. It counts as soon as ids
   * above those of earlier owners are durable as issued here: until then all stays as it was, and
   * who gains from this node waits.
   *
   * @param idsBelow of every earlier owner of what this node gains
   */
  public void adopt(Standings latest, long idsBelow) {
    long newest = adoption == null ? shards.view() : adoption.standings.view();
    if (latest.view() >= newest && !sealed) {
      adoption = new Adoption(latest, idsBelow);
      adoptIfReady();
    }
  }

  private void adoptIfReady() {
    Adoption ready = adoption;
    if (ready != null && !sealed && state.mayStartAbove(ready.idsBelow)) {
      adoption = null;
      state.startAbove(ready.idsBelow);
      adopt(ready.standings);
    }
  }

  private void adopt(Standings latest) {
    Standings before = shards.standings();
    List<Mailbox> gained = new ArrayList<>();
    for (Mailbox mailbox : mailboxes.copy()) {
      Shard shard = Shard.of(mailbox.user);
      Standing was = before == null ? Standing.HOME : before.of(shard);
      Standing is = latest.of(shard);
      if (is == Standing.AWAY && !mailbox.isLost) {
        lose(mailbox);
      }
      if (is == Standing.HOME && was != Standing.HOME) {
        mailbox.gained();
        gained.add(mailbox);
      }
      if (is != Standing.AWAY && mailbox.isLost) {
        takeBack(mailbox);
      }
    }
    origins.removeLost(user -> latest.of(Shard.of(user)) == Standing.AWAY);
    gained.forEach(settling::gained);
    shards.adopt(latest);
  }

  private void lose(Mailbox mailbox) {
    sessions.endAll(mailbox);
    mailbox.isLost = true;
    handoffs.lose(mailbox);
    if (!state.keeps(Rule.HANDOFF)) {
      List.copyOf(mailbox.tail.values()).forEach(this::handedOff);
    }
    mailbox.waiting.failed();
  }

  /**
   * It comes back before all of it was handed off, so nobody else was its home meanwhile: whoever
   * gained it waited for this lane. What others took of it comes back as well, and has to be
   * published before they release it: so it is published here at once, not when they have.
   */
  private void takeBack(Mailbox mailbox) {
    mailbox.isLost = false;
    handoffs.takeBack(mailbox);
    mailboxes.readAgain(mailbox);
    mailbox.tail.values().forEach(this::remember);
    for (TailEntry entry : List.copyOf(mailbox.tail.values())) {
      if (entry.isHeld) {
        entry.isHeld = false;
        publish(entry);
      }
    }
  }

  /**
   * A parcel is published at its home, which says the same of one from a node that it does not wait
   * for. So a node that may have been sealed sends it again: either it is not sealed, and was
   * waited for, or it ends.
   */
  public void handedOff(long ticket) {
    boolean known = journal.isSurelyHome() ? handoffs.published(ticket) : handoffs.failed(ticket);
    assert known : "ticket " + ticket;
  }

  /** Whether a parcel was taken is unknown, or it was refused. */
  public void handOffFailed(long ticket) {
    boolean known = handoffs.failed(ticket);
    assert known : "ticket " + ticket;
  }

  /** Its home answers for it from now on; whoever still waits for an answer gets it from here. */
  private void handedOff(TailEntry entry) {
    stats.handedOff++;
    answerSent(entry);
    if (entry.copyAnswer != null) {
      state.effects.copyTaken(entry.copyAnswer.recipient(), entry.copyAnswer.entryId());
    }
    endResubmission(entry);
    entry.delivered = true;
    entry.history = true;
    entry.copied = true;
    entry.markSettled();
    if (entry.block == null) {
      entry.mailbox.tail.remove(entry.id);
    } else {
      tail.remove(entry);
      journal.settled(entry);
    }
  }

  private void sayReleased() {
    boolean isDone = handoffs.isDone() || !state.keeps(Rule.RELEASE);
    if (shards.view() > releasedView && isDone) {
      releasedView = shards.view();
      state.effects.released(releasedView);
    }
  }

  // ---- answers of storage

  /**
   * A block is durable.
   *
   * @param atMono when the answer arrived: not later than now
   */
  public void blockWritten(long seq, long atMono) {
    journal.written(seq, atMono);
  }

  /** Whether a block is durable is unknown. */
  public void blockFailed(long seq) {
    journal.failed(seq);
  }

  /** A settling batch is durable. */
  public void rowsWritten(long batch) {
    settling.written(batch);
  }

  /** Whether a settling batch is durable is unknown. */
  public void rowsFailed(long batch) {
    settling.failed(batch);
  }

  /** The devices of a user; none: there is no such user. */
  public void devicesRead(long ticket, List<Device> devices) {
    stats.deviceReads++;
    boolean known = mailboxes.read(ticket, devices);
    assert known : "ticket " + ticket;
  }

  /** A page of a mailbox. */
  public void mailboxRead(long ticket, Page page) {
    boolean known = sessions.pageRead(ticket, page);
    assert known : "ticket " + ticket;
  }

  /** The client ids that origin rows know, from the asked one on. */
  public void originsRead(long ticket, NavigableMap<Long, MessageId> rows) {
    boolean known = sends.originsRead(ticket, rows);
    assert known : "ticket " + ticket;
  }

  /** A device row is written. */
  public void deviceWritten(long ticket) {
    boolean known = changes.written(ticket);
    assert known : "ticket " + ticket;
  }

  /** A read, or the write of a device row, did not succeed. */
  public void requestFailed(long ticket) {
    boolean known =
        mailboxes.failed(ticket)
            || sessions.pageFailed(ticket)
            || sends.lookupFailed(ticket)
            || changes.failed(ticket);
    assert known : "ticket " + ticket;
  }

  /** Ids below this value are durable as issued. */
  public void ceilingRaised(long ceiling) {
    journal.whenSure(
        () -> {
          state.ceilingRaised(ceiling);
          adoptIfReady();
        });
  }

  /** The ceiling may not have been raised. */
  public void ceilingFailed() {
    state.ceilingFailed();
  }

  /**
   * A checkpoint is durable.
   *
   * @param sliceBlocks blocks per slice of the journal
   */
  public void checkpointWritten(long seq, int sliceBlocks) {
    journal.checkpointWritten(seq, sliceBlocks);
  }

  /** A checkpoint may not be durable. */
  public void checkpointFailed() {
    journal.checkpointFailed();
  }

  // ---- the seal rule

  /** A read of the own row that began then showed its address and no seal. */
  public void cleanRead(long startedAtMono) {
    journal.cleanRead(startedAtMono);
  }

  /** The clocks disagree about how much time has passed: what was read before counts no more. */
  private void voidCleanReads() {
    if (state.keeps(Rule.SEAL)) {
      journal.voidCleanReads();
    }
  }

  /** The own row shows a seal: nothing more is published. */
  public void sealed() {
    if (state.keeps(Rule.SEAL)) {
      sealed = true;
      journal.seal();
      sessions.endAll();
    }
  }

  // ---- publishing and settling

  private void publish(TailEntry entry) {
    if (entry.isSettled()) {
      // Handed off before its block was durable.
      return;
    }
    if (entry.mailbox.isLost) {
      // Another node publishes it; unless it comes back here.
      entry.isHeld = true;
      return;
    }
    entry.published = true;
    entry.publishedAtMono = state.monoMs;
    stats.published++;
    Mailbox mailbox = entry.mailbox;
    mailbox.head = Math.max(mailbox.head, entry.id);
    entry.delivered = mailbox.acknowledgedByAll() >= entry.id;
    for (TailEntry.Attempt attempt : entry.attempts()) {
      if (attempt.isMeasured()) {
        state.effects.sendWaited(state.monoMs - attempt.arrivedMono());
      }
    }
    answerSent(entry);
    if (entry.copyAnswer != null) {
      state.effects.copyTaken(entry.copyAnswer.recipient(), entry.copyAnswer.entryId());
    }
    settling.published(entry);
    sessions.touch(mailbox);
    progressed(entry);
    endResubmission(entry);
  }

  private void answerSent(TailEntry entry) {
    if (entry.identity != null) {
      for (TailEntry.Attempt attempt : entry.takeAttempts()) {
        sends.answer(
            attempt,
            Answers.sent(
                entry.mailbox.user, entry.identity.origin().clientId(), entry.identity.message()));
      }
    }
  }

  private void endResubmission(TailEntry entry) {
    for (long ticket : resubmitted.isEmpty() ? NO_TICKETS : ticketsOf(entry)) {
      if (resubmissions.merge(ticket, -1, Integer::sum) == 0) {
        resubmissions.remove(ticket);
        state.effects.resubmitted(ticket);
      }
    }
  }

  private List<Long> ticketsOf(TailEntry entry) {
    List<Long> tickets = resubmitted.remove(entry);
    return tickets == null ? NO_TICKETS : tickets;
  }

  private void accountRead(Mailbox mailbox) {
    settleAcknowledged(mailbox);
    sessions.touch(mailbox);
  }

  private void settleAcknowledged(Mailbox mailbox) {
    long all = mailbox.acknowledgedByAll();
    if (all <= mailbox.settledTo) {
      return;
    }
    List<TailEntry> acknowledged =
        List.copyOf(mailbox.tail.subMap(mailbox.settledTo, false, all, true).values());
    mailbox.settledTo = Math.min(all, mailbox.head);
    for (TailEntry entry : acknowledged) {
      if (entry.published) {
        entry.delivered = true;
        progressed(entry);
      }
    }
  }

  private void progressed(TailEntry entry) {
    if (entry.block == null) {
      journal.whenSure(() -> storedDirectly(entry));
    } else if (!entry.isSettled() && entry.obligationsMet()) {
      entry.markSettled();
      tail.remove(entry);
      if (!entry.delivered) {
        entry.mailbox.stored(entry.id);
      }
      origins.settled(entry);
      journal.settled(entry);
    }
  }

  /**
   * A leaf for which there was no room in the tail has its row. Until now sessions stopped before
   * it: what a cursor has passed is never delivered.
   */
  private void storedDirectly(TailEntry leaf) {
    leaf.mailbox.tail.remove(leaf.id);
    leaf.mailbox.stored(leaf.id);
    leaf.mailbox.head = Math.max(leaf.mailbox.head, leaf.id);
    origins.settled(leaf);
    if (leaf.copyAnswer != null) {
      state.effects.copyTaken(leaf.copyAnswer.recipient(), leaf.copyAnswer.entryId());
    }
    endResubmission(leaf);
    sessions.touch(leaf.mailbox);
  }

  // ---- what the shell asks

  /** The counters, brought up to date. */
  public LaneStats stats() {
    stats.sessions = sessions.count();
    stats.mailboxes = mailboxes.size();
    stats.tailEntries = tail.entries();
    stats.tailBytes = tail.bytes();
    stats.waitingBytes = state.waitingBytes;
    stats.knownOrigins = origins.inMemory();
    stats.journalBacklog = journal.backlog();
    return stats;
  }

  /** Whether everything that was accepted is published and settled: the journal is empty. */
  public boolean isSettled() {
    return tail.entries() == 0 && journal.isIdle();
  }

  /**
   * Whether a block is being written: what is accepted before its answer waits for the next one.
   */
  public boolean awaitsBlock() {
    return journal.isWriting();
  }

  /** Gateways' messages that were taken and are not answered. */
  public int sendsUnderWay() {
    return state.sendsUnderWay;
  }

  /** Those of them that wait until this node is their home. */
  public int sendsAwaitingHome() {
    return state.sendsAwaitingHome;
  }

  /** Whether entries are accepted now, as far as storage is concerned. */
  public boolean isHealthy() {
    return !sealed && journal.isClean() && !journal.isStalled();
  }
}

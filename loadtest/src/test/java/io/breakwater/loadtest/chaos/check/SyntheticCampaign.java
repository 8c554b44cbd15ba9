package io.breakwater.loadtest.chaos.check;

import io.breakwater.client.core.MessageId;
import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.payload.Content;
import io.breakwater.loadtest.chaos.payload.Conversation;
import io.breakwater.loadtest.chaos.payload.Device;
import io.breakwater.loadtest.chaos.payload.Identity;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Makes a history that keeps all promises, as a system would that keeps them. The numbers of its
 * facts have room between them.
 */
final class SyntheticCampaign {
  static final int NUMBER_STEP = 10;
  private static final MessageId FIRST = new MessageId(0x0190_0000_0000_0000L, 7);

  /** A send, and what a home made of it. */
  private record Written(
      Device sender, Conversation conversation, long sequence, long clientId, MessageId id) {}

  private record Entry(long id, Written written) {}

  private static final class App {
    final Device device;
    final long since;
    final Map<Conversation, Long> sequences = new HashMap<>();
    final Map<Conversation, MessageId> seen = new HashMap<>();
    final Map<Conversation, Deque<Written>> outbox = new HashMap<>();
    final Deque<Written> outcomes = new ArrayDeque<>();
    final List<Fact.Delivered> got = new ArrayList<>();

    /** In the list of the mailbox. */
    int position;

    int run;
    boolean isRunning;
    boolean wasKilled;
    boolean isSignedOut;

    App(Device device, long since, int position) {
      this.device = device;
      this.since = since;
      this.position = position;
    }

    void saw(Conversation conversation, MessageId id) {
      seen.merge(conversation, id, MessageId::max);
    }
  }

  private final Random random;
  private final int users;
  private final List<Fact> facts = new ArrayList<>();
  private final List<App> apps = new ArrayList<>();
  private final Map<Integer, List<Entry>> mailboxes = new HashMap<>();
  private final Map<Conversation, MessageId> last = new HashMap<>();
  private final List<Written> accepted = new ArrayList<>();
  private long number;
  private long nowMs = 1_000;
  private long entryId;
  private int faults;
  private int faultUnderWay;

  private SyntheticCampaign(long seed) {
    random = new Random(seed);
    users = 3 + random.nextInt(4);
  }

  /** Of about so many steps; a step makes some facts. */
  static List<Fact> facts(long seed, int steps) {
    SyntheticCampaign campaign = new SyntheticCampaign(seed);
    campaign.begin(seed);
    for (int step = 0; step < steps; step++) {
      campaign.step();
    }
    campaign.end();
    return campaign.facts;
  }

  private List<Entry> mailbox(int user) {
    return mailboxes.computeIfAbsent(user, _ -> new ArrayList<>());
  }

  private interface Happening {
    Fact at(long number, long atMs);
  }

  private void add(Happening happening) {
    number += NUMBER_STEP;
    nowMs += random.nextInt(20);
    facts.add(happening.at(number, nowMs));
  }

  private void begin(long seed) {
    add((at, ms) -> new Fact.CampaignBegan(at, ms, seed));
    for (int user = 0; user < users; user++) {
      int devices = 1 + random.nextInt(3);
      for (int device = 1; device <= Math.max(devices, user < 2 ? 2 : 1); device++) {
        link(new Device(user, device), 0);
      }
    }
  }

  private App link(Device device, long since) {
    add((at, ms) -> new Fact.DeviceLinked(at, ms, device, since));
    App app = new App(device, since, mailbox(device.user()).size());
    apps.add(app);
    start(app);
    return app;
  }

  private void start(App app) {
    app.run++;
    app.isRunning = true;
    long cursor = app.got.isEmpty() ? app.since : app.got.get(app.got.size() - 1).entryId();
    add((at, ms) -> new Fact.ApplicationStarted(at, ms, app.device, app.run, cursor));
    if (app.wasKilled) {
      app.wasKilled = false;
      int again = Math.min(random.nextInt(4), app.got.size());
      for (Fact.Delivered before :
          List.copyOf(app.got.subList(app.got.size() - again, app.got.size()))) {
        add(
            (at, ms) ->
                new Fact.Delivered(
                    at,
                    ms,
                    app.device,
                    app.run,
                    before.entryId(),
                    before.sender(),
                    before.conversation(),
                    before.clientId(),
                    before.messageId(),
                    before.content()));
      }
    }
  }

  private void stop(App app) {
    app.isRunning = false;
    app.wasKilled = random.nextBoolean();
    Fact.Ending ending = app.wasKilled ? Fact.Ending.KILLED : Fact.Ending.CLOSED;
    add((at, ms) -> new Fact.ApplicationStopped(at, ms, app.device, app.run, ending));
  }

  private void step() {
    App app = apps.get(random.nextInt(apps.size()));
    if (app.isSignedOut) {
      return;
    }
    int dice = random.nextInt(1_000);
    if (!app.isRunning) {
      if (dice < 200) {
        start(app);
      }
    } else if (dice < 350) {
      send(app);
    } else if (dice < 550) {
      transmit(app);
    } else if (dice < 700) {
      hearOutcome(app);
    } else if (dice < 930) {
      receive(app, 1 + random.nextInt(8));
    } else if (dice < 950) {
      stop(app);
    } else if (dice < 960) {
      linkAnother(app);
    } else if (dice < 964) {
      signOut(app);
    } else if (dice < 967) {
      tooLong(app);
    } else if (dice < 985) {
      repeat(app);
    } else {
      breakOrHeal();
    }
  }

  private void send(App app) {
    Conversation conversation = Conversation.of(app.device.user(), random.nextInt(users));
    long sequence = app.sequences.merge(conversation, 1L, Long::sum);
    Written written = new Written(app.device, conversation, sequence, sequence + 2, MessageId.NONE);
    MessageId after =
        random.nextInt(4) == 0
            ? MessageId.NONE
            : app.seen.getOrDefault(conversation, MessageId.NONE);
    add(
        (at, ms) ->
            new Fact.SendInvoked(
                at,
                ms,
                app.device,
                conversation,
                sequence,
                random.nextBoolean() ? 0 : written.clientId,
                after,
                64));
    app.outbox.computeIfAbsent(conversation, _ -> new ArrayDeque<>()).add(written);
  }

  /** The oldest send of each conversation reaches a home. */
  private void transmit(App app) {
    for (Map.Entry<Conversation, Deque<Written>> each : app.outbox.entrySet()) {
      Written written = each.getValue().poll();
      if (written == null) {
        continue;
      }
      int dice = random.nextInt(100);
      if (dice < 4) {
        add(
            (at, ms) ->
                new Fact.SendRefused(
                    at,
                    ms,
                    written.sender,
                    written.conversation,
                    written.sequence,
                    written.clientId,
                    "REASON"));
      } else if (dice < 12) {
        Written known = dice < 8 ? accept(written) : written;
        add(
            (at, ms) ->
                new Fact.SendUnknown(
                    at,
                    ms,
                    known.sender,
                    known.conversation,
                    known.sequence,
                    random.nextBoolean() ? 0 : known.clientId,
                    "given up"));
      } else {
        app.outcomes.add(accept(written));
      }
    }
  }

  private Written accept(Written written) {
    MessageId before = last.getOrDefault(written.conversation, FIRST);
    MessageId id = new MessageId(before.high() + 2 + random.nextInt(3), before.low());
    last.put(written.conversation, id);
    Written known =
        new Written(written.sender, written.conversation, written.sequence, written.clientId, id);
    accepted.add(known);
    for (int user : written.conversation.members()) {
      entryId += 1 + random.nextInt(5);
      mailbox(user).add(new Entry(entryId, known));
    }
    return known;
  }

  private void hearOutcome(App app) {
    Written written = app.outcomes.poll();
    if (written != null) {
      add(
          (at, ms) ->
              new Fact.SendAccepted(
                  at,
                  ms,
                  written.sender,
                  written.conversation,
                  written.sequence,
                  written.clientId,
                  written.id));
      app.saw(written.conversation, written.id);
    }
  }

  private void receive(App app, int entries) {
    List<Entry> mailbox = mailbox(app.device.user());
    int until = Math.min(mailbox.size(), app.position + entries);
    for (; app.position < until; app.position++) {
      Entry entry = mailbox.get(app.position);
      Written written = entry.written;
      app.saw(written.conversation, written.id);
      if (written.sender.equals(app.device) && !written.conversation.isNotes()) {
        continue;
      }
      add(
          (at, ms) ->
              new Fact.Delivered(
                  at,
                  ms,
                  app.device,
                  app.run,
                  entry.id,
                  written.sender,
                  written.conversation,
                  written.clientId,
                  written.id,
                  content(written)));
      app.got.add((Fact.Delivered) facts.get(facts.size() - 1));
    }
  }

  private static Content content(Written written) {
    return new Content.Sound(new Identity(written.sender, written.conversation, written.sequence));
  }

  private void linkAnother(App app) {
    int user = app.device.user();
    int devices = (int) apps.stream().filter(each -> each.device.user() == user).count();
    if (devices < 4) {
      link(new Device(user, devices + 1), entryId);
    }
  }

  /** Only of what was linked later: users keep their first devices. */
  private void signOut(App app) {
    if (app.since > 0) {
      add((at, ms) -> new Fact.SignOutAsked(at, ms, app.device));
      add((at, ms) -> new Fact.SignedOut(at, ms, app.device));
      stop(app);
      app.isSignedOut = true;
    }
  }

  /** What it has not fetched by now is gone. */
  private void tooLong(App app) {
    if (app.since > 0) {
      add((at, ms) -> new Fact.ToldTooLong(at, ms, app.device, ms + 1));
      app.position = mailbox(app.device.user()).size();
    }
  }

  private void repeat(App app) {
    if (!app.got.isEmpty()) {
      Fact.Delivered before = app.got.get(random.nextInt(app.got.size()));
      add(
          (at, ms) ->
              new Fact.Repeated(
                  at,
                  ms,
                  app.device,
                  before.sender(),
                  before.conversation(),
                  before.clientId(),
                  before.messageId()));
    }
  }

  private void breakOrHeal() {
    if (faultUnderWay == 0) {
      faultUnderWay = ++faults;
      List<Integer> concerned = random.nextBoolean() ? List.of() : List.of(0, 1);
      add((at, ms) -> new Fact.FaultBegun(at, ms, faultUnderWay, "kill of gateway 0", concerned));
    } else {
      int fault = faultUnderWay;
      faultUnderWay = 0;
      add((at, ms) -> new Fact.FaultEnded(at, ms, fault, Fact.Effect.SEEN));
      add(Fact.Healed::new);
    }
  }

  private void end() {
    if (faults == 0) {
      breakOrHeal();
    }
    if (faultUnderWay != 0) {
      breakOrHeal();
    }
    List<App> present = apps.stream().filter(app -> !app.isSignedOut).toList();
    for (App app : present) {
      if (!app.isRunning) {
        start(app);
      }
      while (app.outbox.values().stream().anyMatch(each -> !each.isEmpty())) {
        transmit(app);
      }
      while (!app.outcomes.isEmpty()) {
        hearOutcome(app);
      }
    }
    present.forEach(app -> receive(app, Integer.MAX_VALUE - app.position));
    nowMs += 61_000;
    for (Written written : accepted) {
      add(
          (at, ms) ->
              new Fact.Stored(
                  at,
                  ms,
                  written.sender,
                  written.conversation,
                  written.clientId,
                  written.id,
                  content(written)));
    }
    add((at, ms) -> new Fact.StorageRead(at, ms, accepted.size()));
    add((at, ms) -> new Fact.Counted(at, ms, "entries-recovered", 1));
    add(Fact.CampaignEnded::new);
  }
}

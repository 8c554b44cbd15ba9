package io.breakwater.loadtest.surge.fleet.phone;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.line.Account;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Deliver;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Message;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.Synced;
import io.breakwater.proto.client.Welcome;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The core holds a hundred thousand phones. What each of them takes is printed, and bounded at two
 * to three times what it was with small object headers: 661, 821 and 1,369 bytes.
 */
final class HundredThousandPhonesTest {
  private static final int PHONES = 100_000;
  private static final long OFF_BYTES = 1_536;
  private static final long SESSION_BYTES = 2_048;
  private static final long TALKING_BYTES = 4_096;
  private static final ServerFrame WELCOME =
      ServerFrame.newBuilder()
          .setWelcome(Welcome.newBuilder().setServerTimeMs(1_760_000_000_000L))
          .build();
  private static final ServerFrame SYNCED =
      ServerFrame.newBuilder().setSynced(Synced.getDefaultInstance()).build();

  /** Answers and delivers, and remembers who is where, and nothing else. */
  private static final class Relay implements Virtual.Server {
    private final Map<ByteString, Peer> peers = new HashMap<>(2 * PHONES);
    private final Map<Peer, ByteString> users = new HashMap<>(2 * PHONES);
    private long entries;

    @Override
    public Door door() {
      return Door.OPENS;
    }

    @Override
    public void heard(Peer peer, ClientFrame frame) {
      if (frame.hasHello()) {
        peers.put(frame.getHello().getUser(), peer);
        users.put(peer, frame.getHello().getUser());
        peer.say(WELCOME, SYNCED);
      } else if (frame.hasSend()) {
        Send send = frame.getSend();
        ByteString id = ByteString.copyFrom(ByteBuffer.allocate(16).putLong(1, ++entries).rewind());
        peer.say(Tier.sent(send, id));
        Message message =
            Message.newBuilder()
                .setMessageId(id)
                .setSender(users.getOrDefault(peer, ByteString.EMPTY))
                .setClientId(send.getClientId())
                .setTo(send.getTo())
                .setPayload(send.getPayload())
                .build();
        peers
            .getOrDefault(send.getTo(), peer)
            .say(
                ServerFrame.newBuilder()
                    .setDeliver(
                        Deliver.newBuilder()
                            .addEntries(Entry.newBuilder().setEntryId(entries).setMessage(message)))
                    .build());
      }
    }
  }

  private static ByteString user(int number) {
    return ByteString.copyFrom(ByteBuffer.allocate(16).putInt(number).rewind());
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static void check(String what, long before, long most) {
    long bytes = (used() - before) / PHONES;
    System.out.printf("%s: %,d bytes a phone%n", what, bytes);
    assertThat(bytes).as(what).isBetween(1L, most);
  }

  @Test
  void a_hundred_thousand_phones_connect_write_and_read() {
    Virtual virtual = new Virtual(new Relay(), 4);
    World world = virtual.world().telling(_ -> {});
    byte[] token = new byte[48];
    long before = used();
    List<Phone> phones = new ArrayList<>(PHONES);
    for (int i = 0; i < PHONES; i++) {
      Account account = new Account(user(i), i, ByteString.copyFrom(token));
      phones.add(new Phone(world, new Who(0, i, 0), account, Manners.OBEDIENT, new Nobody()));
    }
    check("switched off", before, OFF_BYTES);
    phones.forEach(phone -> phone.switchOn(virtual.now()));
    virtual.pass(Duration.ofSeconds(1));
    assertThat(phones).allMatch(Phone::isUp);
    check("with a session, and the test's line and server", before, SESSION_BYTES);
    for (int i = 0; i < PHONES; i++) {
      int to = (i + 1) % PHONES;
      phones.get(i).write(0, new Who(0, to, 0), user(to), 160, virtual.now());
    }
    virtual.pass(Duration.ofSeconds(1));
    check("with one conversation written in and one read in", before, TALKING_BYTES);
    virtual.pass(Duration.ofMinutes(1));
    Tallies.Reading tallies = virtual.world().tallies().read();
    assertThat(tallies.accepted()).isEqualTo(PHONES);
    assertThat(tallies.delivered()).isEqualTo(PHONES);
    assertThat(tallies.lost()).isZero();
    assertThat(phones).allMatch(Phone::isSettled);
  }

  private static final class Nobody implements Phone.Owner {}
}

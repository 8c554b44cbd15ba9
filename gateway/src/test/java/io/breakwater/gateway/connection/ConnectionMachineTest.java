package io.breakwater.gateway.connection;

import static io.breakwater.gateway.connection.MachineFixture.ANN;
import static io.breakwater.gateway.connection.MachineFixture.BOB;
import static io.breakwater.gateway.connection.MachineFixture.CONNECTION;
import static io.breakwater.gateway.connection.MachineFixture.ELSEWHERE;
import static io.breakwater.gateway.connection.MachineFixture.FOREIGN_MINT;
import static io.breakwater.gateway.connection.MachineFixture.HERE;
import static io.breakwater.gateway.connection.MachineFixture.NEIGHBOUR;
import static io.breakwater.gateway.connection.MachineFixture.THERE;
import static io.breakwater.gateway.connection.MachineFixture.WALL_MS;
import static io.breakwater.gateway.connection.MachineFixture.ack;
import static io.breakwater.gateway.connection.MachineFixture.attachedAs;
import static io.breakwater.gateway.connection.MachineFixture.closes;
import static io.breakwater.gateway.connection.MachineFixture.cursor;
import static io.breakwater.gateway.connection.MachineFixture.detaches;
import static io.breakwater.gateway.connection.MachineFixture.ended;
import static io.breakwater.gateway.connection.MachineFixture.frame;
import static io.breakwater.gateway.connection.MachineFixture.hello;
import static io.breakwater.gateway.connection.MachineFixture.helloOf;
import static io.breakwater.gateway.connection.MachineFixture.linkDevice;
import static io.breakwater.gateway.connection.MachineFixture.lookUp;
import static io.breakwater.gateway.connection.MachineFixture.onlyToAny;
import static io.breakwater.gateway.connection.MachineFixture.onlyToClient;
import static io.breakwater.gateway.connection.MachineFixture.onlyToHome;
import static io.breakwater.gateway.connection.MachineFixture.onlyToNode;
import static io.breakwater.gateway.connection.MachineFixture.ping;
import static io.breakwater.gateway.connection.MachineFixture.refusedFor;
import static io.breakwater.gateway.connection.MachineFixture.revokeDevice;
import static io.breakwater.gateway.connection.MachineFixture.sendTo;
import static io.breakwater.gateway.connection.MachineFixture.signUp;
import static io.breakwater.gateway.connection.MachineFixture.sync;
import static io.breakwater.gateway.connection.MachineFixture.toClient;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.secret.Credentials;
import io.breakwater.gateway.home.Homes;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Deliver;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Hello;
import io.breakwater.proto.client.LinkDevice;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.Sent;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.Attach;
import io.breakwater.proto.trunk.Detach;
import io.breakwater.proto.trunk.Ended;
import io.breakwater.proto.trunk.GatewayFrame;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The life of a connection, rule by rule. */
final class ConnectionMachineTest {
  private final MachineFixture life = new MachineFixture();

  private static Error lastWord(List<Output> outputs) {
    assertThat(closes(outputs)).as("closes: %s", outputs).isTrue();
    List<ServerFrame> frames = toClient(outputs);
    assertThat(frames).hasSize(1);
    assertThat(frames.getFirst().hasError()).isTrue();
    Error error = frames.getFirst().getError();
    assertThat(error.getRequest()).isZero();
    // These are never to come back as they are; everybody else is told when.
    boolean isForGood =
        error.getReason() == Reason.UNAUTHENTICATED
            || error.getReason() == Reason.UNSUPPORTED_VERSION;
    assertThat(error.getReturnAfterMs() > 0).as("%s", error).isEqualTo(!isForGood);
    return error;
  }

  private static void assertUnavailable(Error error) {
    assertThat(error.getReason()).isEqualTo(Reason.UNAVAILABLE);
    assertThat(error.getReturnAfterMs()).isBetween(500, 2_000);
  }

  @Nested
  final class BeforeHello {
    @Test
    void attaches_at_the_home_with_what_hello_said() {
      GatewayFrame attach = onlyToHome(life.receive(frame(helloOf(ANN).setCursor(cursor(41)))));

      assertThat(attach.getConnection()).isEqualTo(CONNECTION);
      assertThat(attach.getPriority()).isEqualTo(2);
      assertThat(attach.getAttach().getGeneration()).isZero();
      assertThat(attach.getAttach().getDevice()).isEqualTo(ANN.device().value());
      assertThat(attach.getAttach().getTokenHash().toByteArray())
          .isEqualTo(ANN.token().hash().bytes());
      assertThat(attach.getAttach().getCursor()).isEqualTo(cursor(41));
    }

    @Test
    void attaches_without_a_cursor_if_the_device_has_none() {
      assertThat(onlyToHome(life.receive(hello(ANN))).getAttach().hasCursor()).isFalse();
    }

    @Test
    void refuses_another_version() {
      Error error = lastWord(life.receive(frame(helloOf(ANN).setVersion(2))));
      assertThat(error.getReason()).isEqualTo(Reason.UNSUPPORTED_VERSION);
      assertThat(error.getDetail()).isEqualTo("version: 2 (expected: 1)");
    }

    @Test
    void refuses_a_user_id_of_another_size() {
      Hello.Builder hello = helloOf(ANN).setUser(ByteString.copyFrom(new byte[15]));
      Error error = lastWord(life.receive(frame(hello)));
      assertThat(error.getReason()).isEqualTo(Reason.MALFORMED);
      assertThat(error.getDetail()).isEqualTo("user id size: 15 bytes (expected: 16)");
    }

    @Test
    void refuses_a_forged_token_without_asking_anybody() {
      byte[] token = ANN.token().bytes();
      token[47] ^= 1;
      List<Output> outputs = life.receive(frame(helloOf(ANN).setToken(ByteString.copyFrom(token))));
      assertThat(lastWord(outputs).getReason()).isEqualTo(Reason.UNAUTHENTICATED);
      assertThat(outputs).noneMatch(Output.ToHome.class::isInstance);
    }

    @Test
    void refuses_a_token_of_another_size_device_user_or_cluster() {
      Credentials foreign = FOREIGN_MINT.signUp(new byte[16]);
      for (Hello.Builder hello :
          List.of(
              helloOf(ANN).setToken(ByteString.copyFrom(new byte[47])),
              helloOf(ANN).setDevice(ANN.device().value() + 1),
              helloOf(ANN).setUser(ByteString.copyFrom(BOB.user().bytes())),
              helloOf(foreign))) {
        Error error = lastWord(new MachineFixture().receive(frame(hello)));
        assertThat(error.getReason()).isEqualTo(Reason.UNAUTHENTICATED);
        assertThat(error.getReturnAfterMs()).isZero();
      }
    }

    @Test
    void forwards_a_sign_up_to_any_node_and_then_takes_a_hello() {
      GatewayFrame forwarded = onlyToAny(life.receive(signUp()));
      assertThat(forwarded.getSignUp()).isEqualTo(signUp().getSignUp());
      assertThat(forwarded.getUser().isEmpty()).isTrue();
      assertThat(forwarded.getPriority()).isEqualTo(6);
      assertThat(life.machine.takesRelays()).isTrue();

      assertThat(onlyToHome(life.receive(hello(ANN))).hasAttach()).isTrue();
    }

    @Test
    void refuses_a_sign_up_id_of_another_size() {
      ClientFrame.Builder frame = signUp().toBuilder();
      frame.getSignUpBuilder().setSignUpId(ByteString.copyFrom(new byte[3]));
      assertThat(lastWord(life.receive(frame.build())).getDetail())
          .isEqualTo("sign-up id size: 3 bytes (expected: 16)");
    }

    private GatewayFrame signingUpAt(IncarnationId node) {
      GatewayFrame forwarded = onlyToAny(life.receive(signUp()));
      assertThat(life.on(new Input.Taken(node, forwarded))).isEmpty();
      return forwarded;
    }

    @Test
    void asks_another_node_to_sign_up_when_the_one_that_was_asked_is_lost() {
      GatewayFrame forwarded = signingUpAt(THERE);
      assertThat(onlyToAny(life.on(new Input.TrunkLost(THERE)))).isEqualTo(forwarded);
      life.on(new Input.Taken(HERE, forwarded));
      assertThat(life.on(new Input.TrunkLost(THERE))).isEmpty();
      assertThat(onlyToAny(life.on(new Input.TrunkLost(HERE)))).isEqualTo(forwarded);
    }

    @Test
    void goes_on_signing_up_when_another_node_is_lost() {
      signingUpAt(THERE);
      assertThat(life.on(new Input.TrunkLost(HERE))).isEmpty();
      assertThat(onlyToHome(life.receive(hello(ANN))).hasAttach()).isTrue();
    }

    @Test
    void does_not_sign_up_again_when_the_client_has_gone_on_or_does_not_wait_any_more() {
      signingUpAt(THERE);
      life.nowMs += 20_000;
      assertThat(life.on(new Input.TrunkLost(THERE))).isEmpty();

      signingUpAt(THERE);
      life.receive(hello(ANN));
      assertThat(life.on(new Input.TrunkLost(THERE))).isEmpty();
    }

    @Test
    void signs_up_elsewhere_when_it_is_noticed_late_that_a_node_is_gone() {
      signingUpAt(THERE);
      life.nowMs += 15_000;
      assertThat(life.on(new Input.TrunkLost(THERE))).isNotEmpty();
    }

    @Test
    void refuses_everything_else() {
      for (ClientFrame early :
          List.of(
              frame(sendTo(BOB, 1)),
              ack(1),
              sync(1),
              ping(),
              lookUp(1),
              linkDevice(1),
              revokeDevice(1),
              ClientFrame.getDefaultInstance())) {
        Error error = lastWord(new MachineFixture().receive(early));
        assertThat(error.getReason()).isEqualTo(Reason.MALFORMED);
        assertThat(error.getDetail()).contains("(expected: HELLO or SIGN_UP)");
      }
    }

    @Test
    void takes_small_frames_only() {
      assertThat(life.machine.maxFrameBytes()).isEqualTo(4_096);
      life.attaching();
      assertThat(life.machine.maxFrameBytes()).isEqualTo(4_096);
      life.on(attachedAs(1));
      assertThat(life.machine.maxFrameBytes()).isEqualTo(131_072);
    }

    @Test
    void closes_on_bytes_that_are_no_frame() {
      Error error = lastWord(life.on(new Input.Unreadable("frame size: 0 (expected: 1..4096)")));
      assertThat(error.getReason()).isEqualTo(Reason.MALFORMED);
      assertThat(error.getDetail()).isEqualTo("frame size: 0 (expected: 1..4096)");
      assertThat(error.getReturnAfterMs()).isBetween(30_500, 32_000);
    }

    @Test
    void closes_for_a_while_when_there_is_no_room_for_the_frame() {
      Error error = lastWord(life.on(new Input.Crowded(5_000)));
      assertThat(error.getReason()).isEqualTo(Reason.OVERLOADED);
      assertThat(error.getDetail()).isEqualTo("unfinished frame: no room for 5000 bytes of it now");
      assertThat(error.getReturnAfterMs()).isBetween(500, 2_000);
    }
  }

  @Nested
  final class Attaching {
    @Test
    void welcomes_when_the_home_has_attached() {
      ServerFrame welcome = onlyToClient(life.attaching().on(attachedAs(3)));

      assertThat(welcome.getWelcome().getServerTimeMs()).isEqualTo(WALL_MS + 7);
      assertThat(welcome.getWelcome().getMailboxHead()).isEqualTo(55);
      assertThat(welcome.getWelcome().getMaxPayloadBytes()).isEqualTo(65_536);
      assertThat(welcome.getWelcome().getWindow()).isEqualTo(256);
      assertThat(welcome.getWelcome().getRetryForMs()).isEqualTo(86_400_000);
    }

    @Test
    void passes_a_refusal_on_and_closes() {
      Error error = lastWord(life.attaching().on(refusedFor(Reason.OVERLOADED, 12_345)));
      assertThat(error.getReason()).isEqualTo(Reason.OVERLOADED);
      assertThat(error.getReturnAfterMs()).isEqualTo(12_345);
      assertThat(error.getDetail()).isEqualTo("as the home says");
      assertThat(life.machine.isOver()).isTrue();
    }

    @Test
    void says_when_to_come_back_if_a_home_refuses_for_another_reason_and_does_not() {
      life.attaching();
      assertThat(lastWord(life.on(refusedFor(Reason.NOT_FOUND, 0))).getReturnAfterMs())
          .isBetween(500, 2_000);
    }

    @Test
    void refuses_frames_before_the_welcome() {
      for (ClientFrame early : List.of(hello(ANN), ping(), frame(sendTo(BOB, 1)), signUp())) {
        Error error = lastWord(new MachineFixture().attaching().receive(early));
        assertThat(error.getReason()).isEqualTo(Reason.MALFORMED);
      }
    }

    @Test
    void waits_for_a_trunk_that_is_down_and_attaches_when_it_is_back() {
      GatewayFrame attach = onlyToHome(life.receive(hello(ANN)));
      assertThat(life.on(new Input.NotForwarded(attach))).isEmpty();
      assertThat(life.machine.awaits(HERE)).isTrue();
      assertThat(life.machine.awaits(THERE)).isFalse();
      assertThat(life.on(new Input.TrunkOpened(THERE))).isEmpty();
      life.nowMs += 7_000;
      assertThat(onlyToHome(life.on(new Input.TrunkOpened(HERE))).getAttach().getGeneration())
          .isZero();
      assertThat(onlyToClient(life.on(attachedAs(1))).hasWelcome()).isTrue();
    }

    @Test
    void tells_when_to_come_back_if_there_is_no_room_for_the_attach() {
      GatewayFrame attach = onlyToHome(life.receive(hello(ANN)));
      life.homes.reach(Set.of(HERE));
      Error error = lastWord(life.on(new Input.NotForwarded(attach)));
      assertThat(error.getReason()).isEqualTo(Reason.OVERLOADED);
      assertThat(error.getReturnAfterMs()).isPositive();
      assertThat(life.machine.isOver()).isTrue();
    }

    @Test
    void an_attach_that_waited_at_a_node_it_has_left_matters_no_more() {
      life.homes.reach(Set.of(HERE, THERE));
      GatewayFrame attach = onlyToHome(life.receive(hello(ANN)));
      assertThat(life.on(new Input.Shed(THERE, attach))).isEmpty();
      assertThat(onlyToClient(life.on(attachedAs(1))).hasWelcome()).isTrue();
    }

    @Test
    void owes_no_detach_for_an_attach_that_there_was_no_room_for() {
      GatewayFrame attach = onlyToHome(life.receive(hello(ANN)));
      life.on(new Input.SocketClosed());
      assertThat(life.machine.isOver()).isFalse();
      assertThat(life.on(new Input.NotForwarded(attach))).isEmpty();
      assertThat(life.machine.isOver()).isTrue();
    }

    @Test
    void gives_up_on_a_trunk_that_stays_down() {
      GatewayFrame attach = onlyToHome(life.receive(hello(ANN)));
      life.on(new Input.NotForwarded(attach));
      assertThat(life.after(7_999)).isEmpty();
      List<Output> outputs = life.after(1);
      assertUnavailable(lastWord(outputs));
      assertThat(life.machine.isOver()).isTrue();
    }

    @Test
    void gives_up_on_a_home_that_does_not_answer_and_detaches_late() {
      life.attaching();
      List<Output> outputs = life.after(8_000);
      assertUnavailable(lastWord(outputs));
      assertThat(life.machine.takesRelays()).isFalse();
      assertThat(life.machine.isOver()).isFalse();

      GatewayFrame detach = onlyToNode(HERE, life.on(attachedAs(12)));
      assertThat(detach.getDetach().getGeneration()).isEqualTo(12);
      assertThat(life.machine.isOver()).isTrue();
    }

    @Test
    void attaches_again_if_the_trunk_is_lost_before_the_answer() {
      life.attaching();
      assertThat(life.on(new Input.TrunkLost(HERE))).isEmpty();
      assertThat(onlyToHome(life.on(new Input.TrunkOpened(HERE))).hasAttach()).isTrue();
    }

    @Test
    void detaches_a_session_whose_client_left_before_the_answer() {
      life.attaching();
      assertThat(detaches(life.on(new Input.SocketClosed()))).isEmpty();
      assertThat(life.machine.isOver()).isFalse();

      assertThat(onlyToNode(HERE, life.on(attachedAs(5))).getDetach().getGeneration()).isEqualTo(5);
      assertThat(life.machine.isOver()).isTrue();
    }

    @Test
    void forgets_a_client_that_left_if_no_answer_comes() {
      life.attaching().on(new Input.SocketClosed());
      assertThat(life.after(7_999)).isEmpty();
      assertThat(life.machine.isOver()).isFalse();
      assertThat(life.after(1)).containsExactly(new Output.Unanswered());
      assertThat(life.machine.isOver()).isTrue();
    }

    @Test
    void forgets_a_client_that_left_if_the_trunk_is_lost_or_the_attach_refused() {
      life.attaching().on(new Input.SocketClosed());
      assertThat(life.on(new Input.TrunkLost(HERE))).isEmpty();
      assertThat(life.machine.isOver()).isTrue();

      MachineFixture other = new MachineFixture().attaching();
      other.on(new Input.SocketClosed());
      assertThat(other.on(refusedFor(Reason.UNAVAILABLE, 1))).isEmpty();
      assertThat(other.machine.isOver()).isTrue();
    }
  }

  @Nested
  final class InSession {
    private SendRefused refusalOf(Send.Builder send) {
      return onlyToClient(life.receive(frame(send))).getSendRefused();
    }

    @Test
    void puts_a_send_to_the_home_of_its_recipient() {
      life.attached(1);
      GatewayFrame forwarded = onlyToHome(life.receive(frame(sendTo(BOB, 7))));

      assertThat(forwarded.getUser().toByteArray()).isEqualTo(BOB.user().bytes());
      assertThat(forwarded.getPriority()).isEqualTo(1);
      assertThat(forwarded.getSend().getSender().toByteArray()).isEqualTo(ANN.user().bytes());
      assertThat(forwarded.getSend().getDevice()).isEqualTo(ANN.device().value());
      assertThat(forwarded.getSend().getSend()).isEqualTo(sendTo(BOB, 7).build());
    }

    @Test
    void refuses_a_recipient_that_nobody_made_finally_and_without_asking_anybody() {
      life.attached(1);
      Credentials foreign = FOREIGN_MINT.signUp(new byte[16]);
      for (Send.Builder send :
          List.of(sendTo(foreign, 4), sendTo(BOB, 4).setTo(ByteString.copyFrom(new byte[15])))) {
        SendRefused refused = refusalOf(send);
        assertThat(refused.getReason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(refused.getFinal()).isTrue();
        assertThat(refused.getClientId()).isEqualTo(4);
        assertThat(refused.getTo()).isEqualTo(send.getTo());
      }
    }

    @Test
    void refuses_a_payload_beyond_64_KiB_finally() {
      life.attached(1);
      Send.Builder largest = sendTo(BOB, 1).setPayload(ByteString.copyFrom(new byte[65_536]));
      assertThat(onlyToHome(life.receive(frame(largest))).hasSend()).isTrue();

      Send.Builder larger = sendTo(BOB, 1).setPayload(ByteString.copyFrom(new byte[65_537]));
      assertThat(refusalOf(larger).getReason()).isEqualTo(Reason.TOO_LARGE);
      assertThat(refusalOf(larger).getFinal()).isTrue();
    }

    @Test
    void refuses_numbers_and_ids_that_cannot_be_finally() {
      life.attached(1);
      for (Send.Builder send :
          List.of(
              sendTo(BOB, 0),
              sendTo(BOB, -1),
              sendTo(BOB, 3).setPrev(3),
              sendTo(BOB, 3).setPrev(-1),
              sendTo(BOB, 3).setAfter(ByteString.copyFrom(new byte[15])))) {
        SendRefused refused = refusalOf(send);
        assertThat(refused.getReason()).isEqualTo(Reason.MALFORMED);
        assertThat(refused.getFinal()).isTrue();
      }
      Send.Builder good = sendTo(BOB, 3).setPrev(2).setAfter(ByteString.copyFrom(new byte[16]));
      assertThat(onlyToHome(life.receive(frame(good))).hasSend()).isTrue();
    }

    @Test
    void answers_a_send_that_its_trunk_did_not_take_with_a_return_window() {
      life.attached(1);
      GatewayFrame forwarded = onlyToHome(life.receive(frame(sendTo(BOB, 7))));
      SendRefused refused =
          onlyToClient(life.on(new Input.NotForwarded(forwarded))).getSendRefused();

      assertThat(refused.getReason()).isEqualTo(Reason.UNAVAILABLE);
      assertThat(refused.getFinal()).isFalse();
      assertThat(refused.getClientId()).isEqualTo(7);
      assertThat(refused.getTo()).isEqualTo(forwarded.getSend().getSend().getTo());
      assertThat(refused.getReturnAfterMs()).isBetween(500, 2_000);
    }

    @Test
    void spreads_return_windows_over_their_range() {
      life.attached(1);
      GatewayFrame forwarded = onlyToHome(life.receive(frame(sendTo(BOB, 7))));
      int shortest = Integer.MAX_VALUE;
      int longest = 0;
      for (int i = 0; i < 1_000; i++) {
        int window =
            onlyToClient(life.on(new Input.NotForwarded(forwarded)))
                .getSendRefused()
                .getReturnAfterMs();
        shortest = Math.min(shortest, window);
        longest = Math.max(longest, window);
      }
      assertThat(shortest).isBetween(500, 550);
      assertThat(longest).isBetween(1_950, 2_000);
    }

    @Test
    void takes_acks_syncs_pings_and_device_changes_to_the_own_home() {
      life.attached(1);
      assertThat(onlyToHome(life.receive(ack(5))).getAck().getCursor()).isEqualTo(cursor(5));
      assertThat(onlyToHome(life.receive(sync(5))).getSync().getCursor()).isEqualTo(cursor(5));
      assertThat(onlyToHome(life.receive(ping())).getPing().getDevice())
          .isEqualTo(ANN.device().value());
      assertThat(onlyToHome(life.receive(linkDevice(3))).getLinkDevice().getRequest()).isEqualTo(3);
      assertThat(onlyToHome(life.receive(revokeDevice(3))).getRevokeDevice().getRequest())
          .isEqualTo(3);
      assertThat(onlyToAny(life.receive(lookUp(3))).getLookUp().getRequest()).isEqualTo(3);
    }

    @Test
    void answers_a_link_id_of_the_wrong_size_and_keeps_the_connection() {
      life.attached(1);
      ClientFrame wrong =
          ClientFrame.newBuilder()
              .setLinkDevice(
                  LinkDevice.newBuilder().setRequest(3).setLinkId(ByteString.copyFromUtf8("short")))
              .build();
      Error error = onlyToClient(life.receive(wrong)).getError();
      assertThat(error.getReason()).isEqualTo(Reason.MALFORMED);
      assertThat(error.getRequest()).isEqualTo(3);
      assertThat(error.getDetail()).contains("5 bytes (expected: 16)");
      assertThat(onlyToHome(life.receive(ping())).hasPing()).isTrue();
    }

    @Test
    void answers_what_a_full_trunk_did_not_take() {
      life.attached(1);
      GatewayFrame ping = onlyToHome(life.receive(ping()));
      ServerFrame pong = onlyToClient(life.on(new Input.NotForwarded(ping)));
      assertThat(pong.getPong().getMailboxHead()).isZero();
      assertThat(pong.getPong().getServerTimeMs()).isEqualTo(WALL_MS);

      GatewayFrame lookUp = onlyToAny(life.receive(lookUp(8)));
      Error error = onlyToClient(life.on(new Input.NotForwarded(lookUp))).getError();
      assertUnavailable(error);
      assertThat(error.getRequest()).isEqualTo(8);

      GatewayFrame ack = onlyToHome(life.receive(ack(8)));
      assertThat(life.on(new Input.NotForwarded(ack))).isEmpty();
    }

    @Test
    void refuses_a_second_hello_a_sign_up_and_a_frame_without_a_body() {
      for (ClientFrame wrong : List.of(hello(ANN), signUp(), ClientFrame.getDefaultInstance())) {
        List<Output> outputs = new MachineFixture().attached(4).receive(wrong);
        assertThat(lastWord(outputs).getReason()).isEqualTo(Reason.MALFORMED);
        assertThat(detaches(outputs)).hasSize(1);
      }
    }

    @Test
    void detaches_its_generation_when_the_socket_closes() {
      life.attached(4);
      List<Output> outputs = life.on(new Input.SocketClosed());
      assertThat(detaches(outputs)).hasSize(1);
      assertThat(detaches(outputs).getFirst().getDetach().getGeneration()).isEqualTo(4);
      assertThat(life.machine.isOver()).isTrue();
      assertThat(life.on(new Input.SocketClosed())).isEmpty();
    }

    @Test
    void tells_a_displaced_device_and_closes_without_detaching() {
      life.attached(4);
      List<Output> outputs = life.on(ended(Ended.Cause.DISPLACED, 4));
      assertThat(toClient(outputs)).hasSize(1);
      assertThat(toClient(outputs).getFirst().hasDisplaced()).isTrue();
      assertThat(closes(outputs)).isTrue();
      assertThat(detaches(outputs)).isEmpty();
    }

    @Test
    void tells_a_device_that_was_signed_out_and_closes() {
      life.attached(4);
      List<Output> outputs = life.on(ended(Ended.Cause.REVOKED, 4));
      assertThat(lastWord(outputs).getReason()).isEqualTo(Reason.UNAUTHENTICATED);
      assertThat(detaches(outputs)).isEmpty();
    }

    @Test
    void ignores_the_end_of_another_generation() {
      life.attached(4);
      for (Ended.Cause cause :
          List.of(Ended.Cause.DISPLACED, Ended.Cause.REVOKED, Ended.Cause.UNKNOWN)) {
        assertThat(life.on(ended(cause, 3))).isEmpty();
      }
      assertThat(onlyToHome(life.receive(ping())).hasPing()).isTrue();
    }

    @Test
    void attaches_again_once_when_the_home_does_not_know_the_session() {
      life.attached(4);
      life.receive(ack(30));
      GatewayFrame attach = onlyToHome(life.on(ended(Ended.Cause.UNKNOWN, 4)));
      assertThat(attach.getAttach().getGeneration()).isEqualTo(4);
      assertThat(attach.getAttach().getCursor().getEntryId()).isEqualTo(30);
      assertThat(life.on(ended(Ended.Cause.UNKNOWN, 4))).isEmpty();
      assertThat(onlyToClient(life.on(attachedAs(4))).hasReattached()).isTrue();
    }

    @Test
    void attaches_again_when_the_home_does_not_even_know_the_generation() {
      life.attached(4);
      GatewayFrame attach = onlyToHome(life.on(ended(Ended.Cause.UNKNOWN, 0)));
      assertThat(attach.getAttach().getGeneration()).isEqualTo(4);
      assertThat(life.on(ended(Ended.Cause.UNKNOWN, 0))).isEmpty();
    }

    @Test
    void keeps_the_connection_when_another_home_is_lost() {
      life.attached(4);
      assertThat(life.on(new Input.TrunkLost(THERE))).isEmpty();
      assertThat(onlyToHome(life.receive(ping())).hasPing()).isTrue();
    }

    @Test
    void says_that_answers_may_be_lost_when_another_home_is_lost_that_may_owe_some() {
      for (ClientFrame question : List.of(frame(sendTo(BOB, 1)), lookUp(1))) {
        MachineFixture other = new MachineFixture().attached(4);
        other.receive(ack(30));
        other.receive(question);
        List<Output> outputs = other.on(new Input.TrunkLost(THERE));

        assertThat(outputs).hasSize(2);
        assertThat(onlyToClient(outputs.subList(0, 1)).getReattached().getServerTimeMs())
            .isEqualTo(WALL_MS);
        assertThat(onlyToHome(outputs.subList(1, 2)).getSync().getCursor()).isEqualTo(cursor(30));
        assertThat(other.on(new Input.TrunkLost(THERE))).isEmpty();
      }
    }

    @Test
    void says_nothing_about_the_loss_of_another_home_that_owes_nothing() {
      life.attached(4);
      life.receive(frame(sendTo(NEIGHBOUR, 1)));
      assertThat(life.on(new Input.TrunkLost(THERE))).isEmpty();

      life.receive(frame(sendTo(BOB, 1)));
      life.nowMs += 100_000;
      assertThat(life.on(new Input.TrunkLost(THERE))).isEmpty();
    }

    @Test
    void says_that_answers_may_be_lost_for_as_long_as_a_client_may_wait_before_it_asks_again() {
      life.attached(4);
      life.receive(frame(sendTo(BOB, 1)));
      life.nowMs += 89_000;
      assertThat(toClient(life.on(new Input.TrunkLost(THERE)))).hasSize(1);
    }

    @Test
    void says_go_away_and_goes_on_until_it_is_drained() {
      life.attached(4);
      assertThat(onlyToClient(life.on(new Input.Draining(777))).getGoAway().getReturnAfterMs())
          .isEqualTo(777);
      assertThat(onlyToHome(life.receive(frame(sendTo(BOB, 1)))).hasSend()).isTrue();

      List<Output> outputs = life.on(new Input.Drained());
      assertThat(closes(outputs)).isTrue();
      assertThat(detaches(outputs)).hasSize(1);
      assertThat(toClient(outputs)).isEmpty();
    }
  }

  @Nested
  final class Detached {
    @Test
    void keeps_the_connection_when_its_home_is_lost() {
      life.attached(4);
      assertThat(life.on(new Input.TrunkLost(HERE))).isEmpty();
      assertThat(life.machine.takesRelays()).isTrue();
      assertThat(life.machine.awaits(HERE)).isTrue();
    }

    @Test
    void answers_by_itself_what_only_the_home_could() {
      life.detached(4);
      assertThat(onlyToClient(life.receive(ping())).getPong().getMailboxHead()).isZero();
      assertThat(life.receive(ack(31))).isEmpty();
      for (ClientFrame request : List.of(linkDevice(6), revokeDevice(6))) {
        Error error = onlyToClient(life.receive(request)).getError();
        assertUnavailable(error);
        assertThat(error.getRequest()).isEqualTo(6);
      }
    }

    @Test
    void refuses_sends_to_the_own_home_and_lets_others_pass() {
      for (MachineFixture apart :
          List.of(new MachineFixture().detached(4), new MachineFixture().reattaching(4))) {
        SendRefused refused =
            onlyToClient(apart.receive(frame(sendTo(NEIGHBOUR, 2)))).getSendRefused();
        assertThat(refused.getReason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(refused.getFinal()).isFalse();
        assertThat(refused.getReturnAfterMs()).isBetween(500, 2_000);

        assertThat(onlyToHome(apart.receive(frame(sendTo(BOB, 1)))).hasSend()).isTrue();
        assertThat(onlyToAny(apart.receive(lookUp(1))).hasLookUp()).isTrue();
      }
    }

    @Test
    void attaches_again_with_its_generation_and_the_highest_cursor() {
      life.attached(4);
      life.receive(ack(30));
      life.receive(ack(29));
      life.on(new Input.TrunkLost(HERE));
      life.receive(ack(-2));
      life.receive(ack(31));

      GatewayFrame attach = onlyToHome(life.on(new Input.TrunkOpened(HERE)));
      assertThat(attach.getAttach().getGeneration()).isEqualTo(4);
      // Entry ids are unsigned: -2 is nearly the highest of all.
      assertThat(attach.getAttach().getCursor().getEntryId()).isEqualTo(-2);
      assertThat(attach.getAttach().getTokenHash().toByteArray())
          .isEqualTo(ANN.token().hash().bytes());
    }

    @Test
    void says_reattached_when_the_home_holds_the_session_again() {
      ServerFrame frame = onlyToClient(life.reattaching(4).on(attachedAs(4)));
      assertThat(frame.getReattached().getMailboxHead()).isEqualTo(55);
      assertThat(frame.getReattached().getServerTimeMs()).isEqualTo(WALL_MS + 7);
      assertThat(onlyToHome(life.receive(ping())).hasPing()).isTrue();
    }

    @Test
    void forwards_a_sync_that_came_meanwhile_once() {
      life.detached(4);
      assertThat(life.receive(sync(12))).isEmpty();
      life.on(new Input.TrunkOpened(HERE));
      List<Output> outputs = life.on(attachedAs(4));

      assertThat(outputs).hasSize(2);
      assertThat(toClient(outputs).getFirst().hasReattached()).isTrue();
      assertThat(onlyToHome(outputs.subList(1, 2)).getSync().getCursor()).isEqualTo(cursor(12));

      life.on(new Input.TrunkLost(HERE));
      life.on(new Input.TrunkOpened(HERE));
      assertThat(life.on(attachedAs(4))).hasSize(1);
    }

    @Test
    void says_that_answers_of_another_home_may_be_lost_and_syncs_when_it_can() {
      life.detached(4);
      life.receive(frame(sendTo(BOB, 1)));
      assertThat(onlyToClient(life.on(new Input.TrunkLost(THERE))).hasReattached()).isTrue();

      life.on(new Input.TrunkOpened(HERE));
      List<Output> outputs = life.on(attachedAs(4));
      assertThat(toClient(outputs).getFirst().hasReattached()).isTrue();
      assertThat(onlyToHome(outputs.subList(1, 2)).hasSync()).isTrue();
    }

    @Test
    void comes_back_when_the_home_asks_for_time() {
      life.reattaching(4);
      assertThat(life.on(refusedFor(Reason.UNAVAILABLE, 3_000))).isEmpty();
      assertThat(life.after(2_999)).isEmpty();
      assertThat(onlyToHome(life.after(1)).getAttach().getGeneration()).isEqualTo(4);
    }

    @Test
    void closes_if_the_home_refuses_for_good() {
      life.reattaching(4);
      Error error = lastWord(life.on(refusedFor(Reason.UNAUTHENTICATED, 0)));
      assertThat(error.getReason()).isEqualTo(Reason.UNAUTHENTICATED);
    }

    @Test
    void is_displaced_while_it_attaches_again() {
      life.reattaching(4);
      List<Output> outputs = life.on(ended(Ended.Cause.DISPLACED, 4));
      assertThat(toClient(outputs).getFirst().hasDisplaced()).isTrue();
    }

    @Test
    void closes_if_the_home_does_not_answer_and_detaches_late() {
      life.reattaching(4);
      List<Output> outputs = life.after(8_000);
      assertUnavailable(lastWord(outputs));
      assertThat(detaches(outputs)).isEmpty();
      assertThat(life.machine.isOver()).isFalse();

      assertThat(onlyToNode(HERE, life.on(attachedAs(4))).getDetach().getGeneration()).isEqualTo(4);
      assertThat(life.machine.isOver()).isTrue();
    }

    @Test
    void detaches_a_session_whose_client_left_before_it_was_attached_again() {
      life.reattaching(4);
      // The home ignores a detach that comes while the attach still waits there for the account.
      assertThat(detaches(life.on(new Input.SocketClosed()))).isEmpty();
      assertThat(life.machine.isOver()).isFalse();

      assertThat(onlyToNode(HERE, life.on(attachedAs(4))).getDetach().getGeneration()).isEqualTo(4);
      assertThat(life.machine.isOver()).isTrue();
    }

    @Test
    void forgets_a_client_that_left_if_its_attach_met_a_newer_session() {
      life.reattaching(4);
      life.on(new Input.SocketClosed());
      assertThat(life.on(ended(Ended.Cause.UNKNOWN, 0))).isEmpty();
      assertThat(life.on(ended(Ended.Cause.DISPLACED, 3))).isEmpty();
      assertThat(life.machine.isOver()).isFalse();
      assertThat(life.on(ended(Ended.Cause.DISPLACED, 4))).isEmpty();
      assertThat(life.machine.isOver()).isTrue();
    }

    /** Pings for so long; the first outputs of the sweeps that come each 100 ms. */
    private List<Output> staysFor(MachineFixture waiting, long ms) {
      for (long passed = 0; passed < ms; passed += 100) {
        waiting.receive(ping());
        List<Output> outputs = waiting.after(100);
        if (!outputs.isEmpty()) {
          return outputs;
        }
      }
      return List.of();
    }

    @Test
    void goes_elsewhere_if_its_home_cannot_be_reached_for_20_to_30_s() {
      long shortest = Long.MAX_VALUE;
      long longest = 0;
      for (int i = 0; i < 300; i++) {
        MachineFixture waiting = new MachineFixture(i).detached(4);
        waiting.homes.reach(Set.of(THERE));
        long beganMs = waiting.nowMs;
        List<Output> outputs = staysFor(waiting, 31_000);
        assertThat(outputs).contains(new Output.Unreached());
        assertUnavailable(lastWord(outputs));
        assertThat(waiting.machine.isOver()).isTrue();
        shortest = Math.min(shortest, waiting.nowMs - beganMs);
        longest = Math.max(longest, waiting.nowMs - beganMs);
      }
      assertThat(shortest).isBetween(20_000L, 21_000L);
      assertThat(longest).isBetween(29_000L, 30_100L);
    }

    @Test
    void goes_after_80_to_120_s_and_comes_back_within_30_s_if_no_delivery_node_is_reached() {
      long shortest = Long.MAX_VALUE;
      long longest = 0;
      int latest = 0;
      for (int i = 0; i < 300; i++) {
        MachineFixture waiting = new MachineFixture(i).detached(4);
        waiting.homes.reach(Set.of(ELSEWHERE));
        long beganMs = waiting.nowMs;
        Error error = lastWord(staysFor(waiting, 121_000));
        assertThat(error.getReason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(error.getReturnAfterMs()).isBetween(500, 30_000);
        latest = Math.max(latest, error.getReturnAfterMs());
        shortest = Math.min(shortest, waiting.nowMs - beganMs);
        longest = Math.max(longest, waiting.nowMs - beganMs);
      }
      assertThat(latest).isGreaterThan(28_000);
      assertThat(shortest).isBetween(80_000L, 82_000L);
      assertThat(longest).isBetween(118_000L, 120_100L);
    }

    /** They come back one after the other: its own may be the next. */
    @Test
    void has_20_to_30_s_anew_when_other_delivery_nodes_are_reached_again() {
      MachineFixture waiting = new MachineFixture(1).detached(4);
      waiting.homes.reach(Set.of(ELSEWHERE));
      assertThat(staysFor(waiting, 79_000)).isEmpty();
      waiting.homes.reach(Set.of(THERE));
      assertThat(staysFor(waiting, 19_900)).isEmpty();
      assertThat(staysFor(waiting, 10_200)).contains(new Output.Unreached());
    }

    @Test
    void stays_while_its_home_can_be_reached_and_it_waits_for_its_turn() {
      life.detached(4);
      life.homes.reach(Set.of(HERE));
      assertThat(staysFor(life, 300_000)).isEmpty();
      life.homes.reach(Set.of());
      assertThat(life.after(100)).contains(new Output.Unreached());
    }

    @Test
    void goes_elsewhere_though_the_trunk_to_its_home_opens_now_and_then() {
      life.detached(4);
      life.homes.reach(Set.of(THERE));
      List<Output> outputs = List.of();
      for (int opened = 0; opened < 10 && outputs.isEmpty(); opened++) {
        outputs = staysFor(life, 5_000);
        life.on(new Input.TrunkOpened(HERE));
        life.on(new Input.TrunkLost(HERE));
      }
      assertThat(outputs).contains(new Output.Unreached());
    }

    @Test
    void stays_with_a_home_that_answers_though_it_asks_for_time() {
      life.reattaching(4);
      for (int refused = 0; refused < 100; refused++) {
        assertThat(life.on(refusedFor(Reason.UNAVAILABLE, 3_000))).isEmpty();
        assertThat(onlyToHome(staysFor(life, 3_100)).hasAttach()).isTrue();
      }
      life.on(attachedAs(4));
      life.on(new Input.TrunkLost(HERE));
      assertThat(staysFor(life, 19_900)).isEmpty();
    }

    @Test
    void does_not_detach_from_a_home_that_is_lost() {
      List<Output> outputs = life.detached(4).on(new Input.SocketClosed());
      assertThat(detaches(outputs)).isEmpty();
      assertThat(life.machine.isOver()).isTrue();
    }

    @Test
    void attaches_again_later_if_there_was_no_room_for_the_attach() {
      life.detached(4);
      GatewayFrame attach = onlyToHome(life.on(new Input.TrunkOpened(HERE)));
      life.homes.reach(Set.of(HERE));
      assertThat(life.on(new Input.NotForwarded(attach))).isEmpty();
      assertThat(life.machine.awaits(HERE)).isFalse();
      assertThat(life.after(400)).isEmpty();
      assertThat(onlyToHome(life.after(1_600)).getAttach().getGeneration()).isEqualTo(4);
    }

    @Test
    void is_detached_again_if_the_attach_was_not_taken() {
      life.detached(4);
      GatewayFrame attach = onlyToHome(life.on(new Input.TrunkOpened(HERE)));
      assertThat(life.on(new Input.NotForwarded(attach))).isEmpty();
      assertThat(life.machine.awaits(HERE)).isTrue();
    }
  }

  @Nested
  final class Moving {
    private Attach attachOf(List<Output> outputs) {
      GatewayFrame frame = onlyToHome(outputs);
      assertThat(frame.hasAttach()).isTrue();
      return frame.getAttach();
    }

    @Test
    void waits_while_no_view_is_known() {
      EdgeRules rules =
          new EdgeRules(
              MachineFixture.MINT,
              life.rules.recipients(),
              new Homes(),
              () -> EdgeLimits.DEFAULT,
              life.rules.line(),
              life.rules.tickets(),
              life.rules.work(),
              life.rules.rates(),
              life.rules.returns(),
              life.rules.clock(),
              life.rules.random());
      ConnectionMachine early = new ConnectionMachine(CONNECTION, rules, life.nowMs);

      assertThat(early.on(MachineFixture.received(hello(ANN)), life.nowMs)).isEmpty();
      assertThat(early.awaited()).isEmpty();
      rules.homes().learn(life.homes.view());
      assertThat(early.on(new Input.ViewChanged(), life.nowMs)).isEmpty();
      assertThat(early.awaited()).contains(HERE);
      assertThat(attachOf(early.on(new Input.TrunkOpened(HERE), life.nowMs)).getGeneration())
          .isZero();
    }

    @Test
    void attaches_at_the_new_home_when_it_is_its_turn_with_its_generation_and_cursor() {
      life.attached(4);
      life.receive(ack(30));
      assertThat(life.viewOf(THERE, ELSEWHERE)).isEmpty();
      assertThat(life.machine.awaits(HERE)).isFalse();
      assertThat(life.machine.awaited()).contains(THERE);
      assertThat(onlyToClient(life.receive(ping())).getPong().getMailboxHead()).isZero();
      assertThat(onlyToClient(life.receive(frame(sendTo(NEIGHBOUR, 1)))).hasSendRefused()).isTrue();

      Attach attach = attachOf(life.on(new Input.TrunkOpened(THERE)));
      assertThat(attach.getGeneration()).isEqualTo(4);
      assertThat(attach.getCursor().getEntryId()).isEqualTo(30);
      assertThat(onlyToClient(life.on(attachedAs(THERE, 4))).hasReattached()).isTrue();
      assertThat(onlyToHome(life.receive(ping())).hasPing()).isTrue();
    }

    @Test
    void stays_where_it_is_if_its_home_does() {
      life.attached(4);
      assertThat(life.viewOf(HERE, THERE, ELSEWHERE)).isEmpty();
      assertThat(life.machine.awaited()).isEmpty();
      assertThat(onlyToHome(life.receive(ping())).hasPing()).isTrue();
    }

    @Test
    void does_not_listen_to_the_earlier_home() {
      MachineFixture detached = new MachineFixture().attached(4);
      detached.viewOf(THERE);
      MachineFixture reattaching = new MachineFixture().attached(4);
      reattaching.viewOf(THERE);
      reattaching.on(new Input.TrunkOpened(THERE));
      MachineFixture attached = new MachineFixture().attached(4);
      attached.viewOf(THERE);
      attached.on(new Input.TrunkOpened(THERE));
      attached.on(attachedAs(THERE, 4));

      for (MachineFixture moved : List.of(detached, reattaching, attached)) {
        for (Input stale :
            List.of(
                ended(Ended.Cause.UNKNOWN, 0),
                ended(Ended.Cause.UNKNOWN, 4),
                ended(Ended.Cause.DISPLACED, 4),
                attachedAs(5),
                refusedFor(Reason.UNAUTHENTICATED, 0))) {
          assertThat(moved.on(stale)).isEmpty();
        }
        assertThat(moved.on(new Input.TrunkLost(HERE))).isEmpty();
      }
      assertThat(detached.machine.awaited()).contains(THERE);
      assertThat(onlyToClient(reattaching.on(attachedAs(THERE, 4))).hasReattached()).isTrue();
      assertThat(onlyToHome(attached.receive(ping())).hasPing()).isTrue();
    }

    @Test
    void takes_entries_from_the_home_that_holds_the_session_alone() {
      ByteString entries =
          ServerFrame.newBuilder().setDeliver(Deliver.newBuilder()).build().toByteString();
      ByteString answer =
          ServerFrame.newBuilder().setSent(Sent.newBuilder()).build().toByteString();
      life.attached(4);
      assertThat(life.machine.takesRelay(HERE, entries)).isTrue();
      assertThat(life.machine.takesRelay(THERE, entries)).isFalse();
      assertThat(life.machine.takesRelay(THERE, answer)).isTrue();

      life.viewOf(THERE);
      assertThat(life.machine.takesRelay(HERE, entries)).isFalse();
      life.viewOf(HERE, THERE);
      life.on(new Input.TrunkOpened(HERE));
      assertThat(life.machine.takesRelay(HERE, entries))
          .as("of the attach before, with a gap since")
          .isFalse();
      assertThat(life.machine.takesRelay(HERE, answer)).isTrue();

      life.on(attachedAs(HERE, 4));
      assertThat(life.machine.takesRelay(HERE, entries)).isTrue();
    }

    @Test
    void a_first_attach_moves_too_and_keeps_its_time() {
      life.attaching();
      life.nowMs += 5_000;
      assertThat(life.viewOf(THERE)).isEmpty();
      assertThat(life.on(attachedAs(HERE, 1))).isEmpty();
      assertThat(attachOf(life.on(new Input.TrunkOpened(THERE))).getGeneration()).isZero();
      assertThat(life.on(refusedFor(Reason.OVERLOADED, 5))).isEmpty();
      assertThat(life.after(2_999)).isEmpty();
      assertThat(onlyToClient(life.on(attachedAs(THERE, 2))).hasWelcome()).isTrue();

      MachineFixture late = new MachineFixture().attaching();
      late.nowMs += 5_000;
      late.viewOf(THERE);
      late.on(new Input.TrunkOpened(THERE));
      assertUnavailable(lastWord(late.after(3_000)));
    }

    @Test
    void detaches_at_the_node_that_attached_it_though_that_is_its_home_no_more() {
      life.reattaching(4);
      life.on(new Input.SocketClosed());
      life.viewOf(THERE);

      assertThat(life.on(attachedAs(THERE, 4))).isEmpty();
      assertThat(onlyToNode(HERE, life.on(attachedAs(HERE, 4))).getDetach().getGeneration())
          .isEqualTo(4);
      assertThat(life.machine.isOver()).isTrue();
    }

    @Test
    void does_not_detach_from_a_home_that_has_let_it_go() {
      life.attached(4);
      life.viewOf(THERE);
      assertThat(detaches(life.on(new Input.SocketClosed()))).isEmpty();
      assertThat(life.machine.isOver()).isTrue();
    }

    @Test
    void a_new_home_does_not_wait_for_the_time_that_the_earlier_one_asked_for() {
      life.reattaching(4);
      life.on(refusedFor(Reason.OVERLOADED, 60_000));
      assertThat(life.machine.awaited()).isEmpty();
      life.viewOf(HERE, THERE, ELSEWHERE);
      assertThat(life.machine.awaited()).isEmpty();

      life.viewOf(THERE);
      assertThat(attachOf(life.on(new Input.TrunkOpened(THERE))).getGeneration()).isEqualTo(4);
    }

    @Test
    void the_loss_of_the_new_home_detaches_it_and_that_of_the_earlier_does_not() {
      life.attached(4);
      life.viewOf(THERE);
      life.on(new Input.TrunkOpened(THERE));
      life.on(attachedAs(THERE, 4));
      life.on(new Input.TrunkLost(HERE));
      assertThat(onlyToHome(life.receive(ping())).hasPing()).isTrue();

      life.on(new Input.TrunkLost(THERE));
      assertThat(life.machine.awaited()).contains(THERE);
    }

    @Test
    void says_that_answers_may_be_lost_with_a_node_that_has_left_the_view() {
      life.viewOf(HERE, THERE);
      life.attached(4);
      life.receive(frame(sendTo(BOB, 1)));
      life.viewOf(HERE);
      List<Output> outputs = life.on(new Input.TrunkLost(THERE));
      assertThat(toClient(outputs).getFirst().hasReattached()).isTrue();
    }

    /** Attached twice at the same node: it moved away and back before the first answer. */
    private MachineFixture attachingTwice() {
      MachineFixture twice = new MachineFixture().attaching();
      twice.viewOf(THERE);
      twice.viewOf(HERE, THERE, ELSEWHERE);
      assertThat(attachOf(twice.on(new Input.TrunkOpened(HERE))).getGeneration()).isZero();
      return twice;
    }

    @Test
    void takes_the_newer_generation_of_a_home_that_attached_it_twice() {
      MachineFixture twice = attachingTwice();
      assertThat(onlyToClient(twice.on(attachedAs(7))).hasWelcome()).isTrue();
      assertThat(twice.on(attachedAs(8))).isEmpty();
      assertThat(twice.on(ended(Ended.Cause.UNKNOWN, 7))).isEmpty();
      assertThat(attachOf(twice.on(ended(Ended.Cause.UNKNOWN, 8))).getGeneration()).isEqualTo(8);

      twice.on(attachedAs(8));
      assertThat(detaches(twice.on(new Input.SocketClosed())).getFirst().getDetach())
          .extracting(Detach::getGeneration)
          .isEqualTo(8L);
    }

    /** The same, and it was asked for at the other home meanwhile. */
    private MachineFixture attachingHereThereAndHere() {
      MachineFixture thrice = new MachineFixture().attaching();
      thrice.viewOf(THERE);
      attachOf(thrice.on(new Input.TrunkOpened(THERE)));
      thrice.viewOf(HERE, THERE, ELSEWHERE);
      attachOf(thrice.on(new Input.TrunkOpened(HERE)));
      return thrice;
    }

    @Test
    void who_leaves_waits_for_both_answers_of_a_home_that_was_asked_before_and_after_another() {
      MachineFixture thrice = attachingHereThereAndHere();
      thrice.on(new Input.SocketClosed());
      assertThat(onlyToNode(HERE, thrice.on(attachedAs(7))).getDetach().getGeneration())
          .isEqualTo(7);
      assertThat(thrice.machine.isOver()).isFalse();
      assertThat(onlyToNode(HERE, thrice.on(attachedAs(8))).getDetach().getGeneration())
          .isEqualTo(8);
      assertThat(thrice.machine.isOver()).isTrue();
    }

    @Test
    void a_refusal_of_the_first_attach_is_none_of_the_second_though_another_home_was_asked() {
      MachineFixture refused = attachingHereThereAndHere();
      assertThat(refused.on(refusedFor(Reason.UNAVAILABLE, 500))).isEmpty();
      assertThat(onlyToClient(refused.on(attachedAs(7))).hasWelcome()).isTrue();

      MachineFixture shed = attachingHereThereAndHere();
      GatewayFrame attach =
          GatewayFrame.newBuilder().setAttach(Attach.getDefaultInstance()).build();
      assertThat(shed.on(new Input.Shed(HERE, attach))).isEmpty();
      assertThat(onlyToClient(shed.on(attachedAs(7))).hasWelcome()).isTrue();
    }

    @Test
    void what_another_home_says_of_its_attach_says_nothing_of_this_one() {
      MachineFixture thrice = attachingHereThereAndHere();
      thrice.on(ended(THERE, Ended.Cause.UNKNOWN, 0));
      thrice.on(refusedFor(THERE, Reason.UNAVAILABLE, 500));
      thrice.on(new Input.SocketClosed());
      thrice.on(attachedAs(7));
      assertThat(thrice.machine.isOver()).isFalse();
      assertThat(thrice.on(ended(Ended.Cause.DISPLACED, 7))).isEmpty();
      assertThat(thrice.machine.isOver()).isTrue();
    }

    @Test
    void an_attach_that_a_home_that_was_left_has_answered_is_not_waited_for() {
      MachineFixture thrice = new MachineFixture().attaching();
      thrice.viewOf(THERE);
      attachOf(thrice.on(new Input.TrunkOpened(THERE)));
      thrice.on(ended(HERE, Ended.Cause.UNKNOWN, 0));
      thrice.viewOf(HERE, THERE, ELSEWHERE);
      attachOf(thrice.on(new Input.TrunkOpened(HERE)));
      thrice.on(new Input.SocketClosed());
      thrice.on(attachedAs(7));
      assertThat(thrice.machine.isOver()).isTrue();
    }

    @Test
    void a_newer_generation_of_the_earlier_home_or_an_older_one_changes_nothing() {
      MachineFixture moved = new MachineFixture().attached(4);
      moved.viewOf(THERE);
      moved.on(new Input.TrunkOpened(THERE));
      moved.on(attachedAs(THERE, 4));
      assertThat(moved.on(attachedAs(HERE, 9))).isEmpty();
      assertThat(moved.on(attachedAs(THERE, 3))).isEmpty();
      List<Output> outputs = moved.on(new Input.SocketClosed());
      assertThat(detaches(outputs).getFirst().getDetach().getGeneration()).isEqualTo(4);
    }

    @Test
    void a_home_that_attached_it_before_it_got_its_turn_again_holds_it() {
      MachineFixture first = new MachineFixture().attaching();
      first.viewOf(THERE);
      first.viewOf(HERE, THERE, ELSEWHERE);
      assertThat(onlyToClient(first.on(attachedAs(7))).hasWelcome()).isTrue();
      assertThat(first.on(new Input.TrunkOpened(HERE))).isEmpty();

      MachineFixture again = new MachineFixture().reattaching(4);
      again.viewOf(THERE);
      again.viewOf(HERE, THERE, ELSEWHERE);
      assertThat(onlyToClient(again.on(attachedAs(4))).hasReattached()).isTrue();
      assertThat(again.on(new Input.TrunkOpened(HERE))).isEmpty();
    }

    @Test
    void a_refusal_of_the_earlier_of_two_attaches_ends_nothing() {
      MachineFixture first = attachingTwice();
      assertThat(first.on(refusedFor(Reason.UNAVAILABLE, 500))).isEmpty();
      assertThat(onlyToClient(first.on(attachedAs(7))).hasWelcome()).isTrue();

      MachineFixture again = new MachineFixture().reattaching(4);
      again.viewOf(THERE);
      again.viewOf(HERE, THERE, ELSEWHERE);
      again.on(new Input.TrunkOpened(HERE));
      assertThat(again.on(refusedFor(Reason.UNAVAILABLE, 500))).isEmpty();
      assertThat(onlyToClient(again.on(attachedAs(4))).hasReattached()).isTrue();
      assertThat(onlyToHome(again.receive(ping())).hasPing()).isTrue();
    }

    @Test
    void a_refusal_of_both_attaches_is_passed_on() {
      MachineFixture twice = attachingTwice();
      assertThat(twice.on(refusedFor(Reason.UNAVAILABLE, 500))).isEmpty();
      assertThat(lastWord(twice.on(refusedFor(Reason.UNAVAILABLE, 6_000))).getReturnAfterMs())
          .isEqualTo(6_000);
    }

    @Test
    void detaches_what_each_of_two_attaches_led_to_when_the_client_has_left() {
      MachineFixture before = attachingTwice();
      before.on(new Input.SocketClosed());
      assertThat(onlyToNode(HERE, before.on(attachedAs(7))).getDetach().getGeneration())
          .isEqualTo(7);
      assertThat(onlyToNode(HERE, before.on(attachedAs(8))).getDetach().getGeneration())
          .isEqualTo(8);
      assertThat(before.machine.isOver()).isTrue();

      MachineFixture between = attachingTwice();
      between.on(attachedAs(7));
      assertThat(detaches(between.on(new Input.SocketClosed()))).hasSize(1);
      assertThat(onlyToNode(HERE, between.on(attachedAs(8))).getDetach().getGeneration())
          .isEqualTo(8);
      assertThat(between.machine.isOver()).isTrue();
    }

    @Test
    void attaches_once_a_second_or_slower_where_it_is_forgotten_again_and_again() {
      life.attached(4);
      assertThat(attachOf(life.on(ended(Ended.Cause.UNKNOWN, 0))).getGeneration()).isEqualTo(4);
      life.on(attachedAs(4));
      life.nowMs += 999;
      assertThat(life.on(ended(Ended.Cause.UNKNOWN, 0))).isEmpty();
      assertThat(life.machine.awaited()).isEmpty();
      assertThat(onlyToClient(life.receive(ping())).hasPong()).isTrue();
      assertThat(life.after(499)).isEmpty();
      assertThat(attachOf(life.after(1_501)).getGeneration()).isEqualTo(4);

      life.on(attachedAs(4));
      assertThat(attachOf(life.on(ended(Ended.Cause.UNKNOWN, 0))).getGeneration()).isEqualTo(4);
    }

    @Test
    void attaches_a_hundred_times_in_a_minute_at_most_where_it_is_always_forgotten() {
      life.attached(4);
      int attaches = 0;
      for (int tick = 0; tick < 6_000; tick++) {
        life.nowMs += 10;
        List<Output> outputs = life.on(new Input.Swept(Input.Swept.NO_FRAME));
        if (outputs.isEmpty()) {
          outputs = life.on(ended(Ended.Cause.UNKNOWN, 0));
        }
        if (!outputs.isEmpty()) {
          attachOf(outputs);
          attaches++;
          life.on(attachedAs(4));
        }
      }
      assertThat(attaches).isBetween(30, 100);
    }
  }

  @Nested
  final class Late {
    @Test
    void closes_without_a_first_frame_for_8_s() {
      assertThat(life.after(7_999)).isEmpty();
      Error error = lastWord(life.after(1));
      assertThat(error.getReason()).isEqualTo(Reason.TIMED_OUT);
      assertThat(error.getDetail()).isEqualTo("first frame: 8000 ms (expected: below 8000)");
      assertThat(error.getReturnAfterMs()).isBetween(500, 2_000);
    }

    @Test
    void closes_when_a_started_frame_does_not_complete_for_15_s() {
      life.attached(1);
      long startedMs = life.nowMs;
      life.nowMs += 14_999;
      assertThat(life.on(new Input.Swept(startedMs))).isEmpty();
      life.nowMs++;
      List<Output> outputs = life.on(new Input.Swept(startedMs));
      assertThat(lastWord(outputs).getReason()).isEqualTo(Reason.TIMED_OUT);
      assertThat(detaches(outputs)).hasSize(1);
    }

    @Test
    void closes_after_one_and_a_half_heartbeats_of_silence() {
      life.attached(1);
      life.nowMs += 50_000;
      life.receive(ping());
      assertThat(life.after(89_999)).isEmpty();
      assertThat(lastWord(life.after(1)).getReason()).isEqualTo(Reason.TIMED_OUT);
    }

    @Test
    void brings_the_heartbeat_into_its_range() {
      assertIdleLimit(0, 15_000);
      assertIdleLimit(10, 15_000);
      assertIdleLimit(270, 405_000);
      assertIdleLimit(590, 885_000);
      assertIdleLimit(591, 885_000);
      assertIdleLimit(-1, 885_000);
    }

    private void assertIdleLimit(int heartbeatS, int idleMs) {
      MachineFixture other = new MachineFixture();
      other.receive(frame(helloOf(ANN).setHeartbeatS(heartbeatS)));
      other.on(attachedAs(1));
      assertThat(other.after(idleMs - 1)).isEmpty();
      assertThat(lastWord(other.after(1)).getReason()).isEqualTo(Reason.TIMED_OUT);
    }

    @Test
    void closes_a_silent_connection_that_only_signed_up() {
      life.receive(signUp());
      assertThat(life.after(89_999)).isEmpty();
      assertThat(lastWord(life.after(1)).getReason()).isEqualTo(Reason.TIMED_OUT);
    }
  }
}

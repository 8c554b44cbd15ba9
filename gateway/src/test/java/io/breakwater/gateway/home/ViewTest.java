package io.breakwater.gateway.home;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.proto.trunk.Member;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** What delivery nodes say of views. */
final class ViewTest {
  private static final IncarnationId A = new IncarnationId(1, 2);
  private static final IncarnationId B = new IncarnationId(3, 4);

  private static Member member(IncarnationId node, String address) {
    return Member.newBuilder()
        .setIncarnation(ByteString.copyFrom(node.bytes()))
        .setAddress(address)
        .build();
  }

  private static io.breakwater.proto.trunk.View said(long number, Member... members) {
    io.breakwater.proto.trunk.View.Builder view =
        io.breakwater.proto.trunk.View.newBuilder().setNumber(number);
    for (Member member : members) {
      view.addMembers(member);
    }
    return view.build();
  }

  private static void assertMalformed(io.breakwater.proto.trunk.View said, String why) {
    assertThatThrownBy(() -> View.of(said))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(why);
  }

  @Test
  void reads_number_and_members() {
    View view = View.of(said(9, member(A, "a:1"), member(B, "[::1]:2")));
    assertThat(view.number()).isEqualTo(9);
    assertThat(view.members())
        .containsExactly(entry(A, new NodeAddress("a", 1)), entry(B, new NodeAddress("::1", 2)));
    assertThat(view).hasToString("view 9 [a:1, [::1]:2]");
  }

  @Test
  void number_0_and_an_empty_list_are_no_view() {
    assertThat(View.of(said(0, member(A, "a:1"))).isKnown()).isFalse();
    assertThat(View.of(said(3)).isKnown()).isFalse();
  }

  @Test
  void says_what_is_wrong_with_others() {
    Member shortId =
        Member.newBuilder().setIncarnation(ByteString.copyFromUtf8("x")).setAddress("a:1").build();
    assertMalformed(said(1, shortId), "incarnation size: 1 bytes (expected: 16)");
    assertMalformed(said(1, member(A, "a")), "address: a (expected: host:port)");
    assertMalformed(said(1, member(A, "a:0")), "port of a:0: 0 (expected: 1..65535)");
    assertMalformed(
        said(1, member(A, "a:1"), member(A, "b:1")), "member: " + A + " twice (expected: once)");
    assertMalformed(
        said(1).toBuilder().addAllMembers(Collections.nCopies(4_097, member(A, "a:1"))).build(),
        "members: 4097 (expected: up to 4096)");
  }
}

package io.breakwater.gateway.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What keeps a place across connections and gateways. */
final class TicketMintTest {
  private static final long ARRIVED = 1_700_000_000_000L;
  private static final long SEEN = ARRIVED + 90_000;

  private final TicketMint here = new TicketMint(filled(32, 1));
  private final TicketMint there = new TicketMint(filled(32, 1));
  private final byte[] signUp = filled(16, 7);
  private final byte[] ticket = here.issue(signUp, ARRIVED, SEEN, 0);

  private static byte[] filled(int bytes, int with) {
    byte[] filled = new byte[bytes];
    Arrays.fill(filled, (byte) with);
    return filled;
  }

  private static void assertRefused(Ticket.Fault fault, Ticket ticket) {
    assertThat(ticket).isEqualTo(new Ticket.Refused(fault));
  }

  @Test
  void every_gateway_of_the_cluster_reads_it() {
    assertThat(there.read(signUp, ticket, SEEN + 1)).isEqualTo(new Ticket.Good(ARRIVED, 0, SEEN));
    assertThat(ticket).hasSizeLessThanOrEqualTo(128);
  }

  @Test
  void holds_for_two_minutes_after_its_holder_was_seen_last() {
    assertThat(here.read(signUp, ticket, SEEN + 120_000))
        .isEqualTo(new Ticket.Good(ARRIVED, 0, SEEN));
    assertRefused(Ticket.Fault.LAPSED, here.read(signUp, ticket, SEEN + 120_001));
  }

  @Test
  void says_when_its_holder_is_to_come_back_also_if_that_is_later() {
    assertThat(here.read(signUp, ticket, SEEN - 1)).isEqualTo(new Ticket.Good(ARRIVED, 0, SEEN));
  }

  @Test
  void is_good_for_no_other_sign_up_and_in_no_other_cluster() {
    assertRefused(Ticket.Fault.FORGED, here.read(filled(16, 8), ticket, SEEN));
    assertRefused(Ticket.Fault.FORGED, new TicketMint(filled(32, 2)).read(signUp, ticket, SEEN));
  }

  @Test
  void says_what_work_was_done_and_cannot_be_made_to_say_more() {
    byte[] worked = here.issue(signUp, ARRIVED, SEEN, 20);
    assertThat(there.read(signUp, worked, SEEN)).isEqualTo(new Ticket.Good(ARRIVED, 20, SEEN));
    assertThat(worked).hasSize(TicketMint.BYTES);
    assertNoBitCanBeChanged(worked);
  }

  @Test
  void without_work_it_is_what_earlier_releases_read() {
    assertThat(ticket).hasSize(33).startsWith(1);
  }

  @Test
  void is_worth_nothing_once_a_bit_is_changed_or_a_byte_is_missing() {
    assertNoBitCanBeChanged(ticket);
  }

  private void assertNoBitCanBeChanged(byte[] ticket) {
    for (int bit = 0; bit < ticket.length * 8; bit++) {
      byte[] changed = ticket.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertRefused(Ticket.Fault.FORGED, here.read(signUp, changed, SEEN));
    }
    for (int bytes : new int[] {1, 16, ticket.length - 1, ticket.length + 1, 4_000}) {
      assertRefused(Ticket.Fault.FORGED, here.read(signUp, Arrays.copyOf(ticket, bytes), SEEN));
    }
  }

  @Test
  void none_is_none() {
    assertThat(here.read(signUp, new byte[0], SEEN)).isEqualTo(new Ticket.None());
  }

  @Test
  void one_of_a_gateway_whose_clock_is_ahead_gives_no_place_in_the_future() {
    byte[] ahead = here.issue(signUp, ARRIVED + 5_000, ARRIVED + 5_000, 0);
    assertThat(there.read(signUp, ahead, ARRIVED))
        .isEqualTo(new Ticket.Good(ARRIVED, 0, ARRIVED + 5_000));
  }
}

package io.breakwater.loadtest.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class ProcFilesTest {
  @Test
  void adds_user_and_system_time_of_a_process() {
    String stat =
        "4242 (java) S 1 4242 4242 0 -1 1077936128 9 0 3 0 1234 567 88 99 20 0 30 0 1 2 3";
    assertThat(ProcFiles.cpuMicros(stat)).isEqualTo((1234 + 567) * 10_000L);
  }

  @Test
  void is_not_confused_by_the_name_of_the_command() {
    String stat = "7 (a) b (c) R 1 7 7 0 -1 0 0 0 0 0 11 22 0 0 20 0 1 0 5 6 7";
    assertThat(ProcFiles.cpuMicros(stat)).isEqualTo(330_000);
  }

  @Test
  void says_what_it_expected_of_a_line_that_is_cut() {
    assertThatThrownBy(() -> ProcFiles.cpuMicros("7 (java) R 1 7"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("stat: 3 fields after the command (expected: more than 12)");
  }

  @Test
  void reads_the_process_that_it_runs_in() throws IOException {
    assertThat(ProcFiles.cpuMicros(ProcessHandle.current().pid())).isPositive();
  }

  @Test
  void counts_as_busy_what_is_neither_idle_nor_waiting_nor_stolen() {
    //                   user nice system idle iowait irq softirq steal guest guest_nice
    String stat = "cpu  100 20 30 4000 500 6 7 80 9 10\ncpu0 1 1 1 1 1 1 1 1 1 1\n";
    assertThat(ProcFiles.busyMicros(stat)).isEqualTo((100 + 20 + 30 + 6 + 7) * 10_000L);
    assertThat(ProcFiles.stealMicros(stat)).isEqualTo(800_000);
  }

  @Test
  void finds_a_line_in_kilobytes() {
    String status = "Name:\tjava\nVmRSS:\t  123456 kB\nRssAnon:\t 5 kB\n";
    assertThat(ProcFiles.kilobytes(status, "VmRSS")).isEqualTo(123_456L * 1024);
  }

  @Test
  void finds_the_pages_of_tcp_buffers() {
    String sockstat =
        "sockets: used 99\nTCP: inuse 5 orphan 0 tw 12 alloc 7 mem 3\nUDP: inuse 1 mem 9\n";
    assertThat(ProcFiles.tcpBufferBytes(sockstat, 4096)).isEqualTo(3 * 4096);
    assertThat(ProcFiles.tcpFigure(sockstat, "tw")).isEqualTo(12);
  }

  @Test
  void adds_up_anonymous_memory_outside_of_the_java_heap() {
    String smaps =
        """
        e0000000-f0000000 rw-p 00000000 00:00 0
        Rss:              900 kB
        Anonymous:        900 kB
        7f0000000000-7f0000100000 rw-p 00000000 00:00 0       [heap]
        Rss:               50 kB
        Anonymous:         40 kB
        7f0000200000-7f0000300000 r-xp 00000000 08:01 1234    /usr/lib/libssl.so
        Anonymous:          2 kB
        """;
    String g1 =
        """
        4242:
         garbage-first heap   total reserved 524288K, committed 33792K, used 9514K [0x00000000e0000000, 0x0000000100000000)
         Metaspace       used 110K, committed 320K, reserved 1114112K
          class space    used 9K [0x00007f0000000000, 0x00007f0040000000)
        """;
    assertThat(ProcFiles.anonymousOutside(smaps, AddressRange.ofHeap(g1))).isEqualTo(42 * 1024);
    assertThat(ProcFiles.anonymousOutside(smaps, AddressRange.ofHeap("ZHeap used 4M")))
        .isEqualTo(942 * 1024);
  }

  @Test
  void finds_what_live_objects_take() {
    String histogram =
        """
        4242:
         num     #instances         #bytes  class name (module)
        -------------------------------------------------------
           1:           100          12345  [B (java.base@25)
        Total          1234         567890
        """;
    assertThat(MemoryReading.liveBytes(histogram)).isEqualTo(567_890);
  }
}

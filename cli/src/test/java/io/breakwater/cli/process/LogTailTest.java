package io.breakwater.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class LogTailTest {
  @Test
  void prefers_the_root_cause_to_the_error_that_it_caused_and_to_what_follows() {
    assertThat(
            LogTail.reason(
                List.of(
                    "INFO starting",
                    "ERROR [main] Daemon: Exception encountered during startup",
                    "java.lang.RuntimeException: cannot start",
                    "\tat Some.frame(Some.java:1)",
                    "Caused by: java.io.IOException: outer",
                    "Caused by: java.io.IOException: No space left on device",
                    "\t... 3 more",
                    "INFO stopping")))
        .isEqualTo("Caused by: java.io.IOException: No space left on device");
  }

  @Test
  void takes_the_last_error_if_there_is_no_cause() {
    assertThat(LogTail.reason(List.of("ERROR one", "ERROR two", "INFO bye")))
        .isEqualTo("ERROR two");
    assertThat(LogTail.reason(List.of("Error: Could not find or load main class x.Main")))
        .isEqualTo("Error: Could not find or load main class x.Main");
  }

  @Test
  void takes_the_last_line_if_there_is_no_error_and_says_when_there_is_none() {
    assertThat(LogTail.reason(List.of("INFO one", "INFO two", " "))).isEqualTo("INFO two");
    assertThat(LogTail.reason(List.of())).isEqualTo("it wrote nothing");
  }

  @Test
  void prefers_the_first_damaged_file_to_what_followed_from_it() {
    assertThat(
            LogTail.reason(
                List.of(
                    "INFO starting",
                    "ERROR [SSTableBatchOpen:1] SSTableReader: Cannot read sstable",
                    "org.apache.cassandra.io.sstable.CorruptSSTableException: Corrupted: /a-Data.db",
                    "Caused by: java.io.EOFException",
                    "ERROR [SSTableBatchOpen:1] SSTableReader: Cannot read sstable",
                    "org.apache.cassandra.io.sstable.CorruptSSTableException: Corrupted: /b-Data.db",
                    "ERROR [main] CassandraDaemon: Exception encountered during startup",
                    "java.lang.NullPointerException: Cannot invoke \"x\" because \"file\" is null",
                    "\tat Some.frame(Some.java:1)")))
        .isEqualTo(
            "org.apache.cassandra.io.sstable.CorruptSSTableException: Corrupted: /a-Data.db");
  }

  /** What Cassandra 5.0.9 says when the data files of its tables were overwritten. */
  @Test
  void a_null_pointer_says_where_it_was_met() {
    assertThat(
            LogTail.reason(
                List.of(
                    "ERROR [main] CassandraDaemon: Exception encountered during startup",
                    "java.lang.NullPointerException: Cannot invoke \"x\" because \"file\" is null",
                    "\tat org.apache.cassandra.io.sstable.AbstractSSTableIterator.<init>(A.java:1)",
                    "\tat Some.other(Some.java:2)")))
        .isEqualTo(
            "java.lang.NullPointerException: Cannot invoke \"x\" because \"file\" is null,"
                + " at org.apache.cassandra.io.sstable.AbstractSSTableIterator.<init>");
  }

  @Test
  void a_long_line_is_cut() {
    assertThat(LogTail.reason(List.of("ERROR " + "x".repeat(1000)))).hasSizeLessThan(310);
  }
}

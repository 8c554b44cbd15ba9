package io.breakwater.loadtest.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.loadtest.verdict.TrialFailure;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class StartCommandTest {
  private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("127.0.0.77");

  private static final StartCommand GATEWAY =
      StartCommand.parse(
          Part.GATEWAY,
          "java\0-Xmx96m\0-XX:SharedArchiveFile=/t/classes-1.jsa\0-cp\0a:b\0Main\0",
          "PATH=/bin\0BREAKWATER_GATEWAY_LISTEN=127.0.0.1:7100\0"
              + "BREAKWATER_GATEWAY_ADMIN=127.0.0.1:7101\0"
              + "BREAKWATER_GATEWAY_DELIVERY=127.0.0.1:7110\0");

  @Test
  void is_what_the_kernel_says_of_a_process() {
    assertThat(GATEWAY.words())
        .containsExactly(
            "java", "-Xmx96m", "-XX:SharedArchiveFile=/t/classes-1.jsa", "-cp", "a:b", "Main");
    assertThat(GATEWAY.environment()).hasSize(4).containsEntry("PATH", "/bin");
    StartCommand own = StartCommand.of(Part.DELIVERY, ProcessHandle.current().pid());
    assertThat(own.words().getFirst()).endsWith("java");
    assertThat(own.environment()).isEqualTo(System.getenv());
  }

  @Test
  void without_class_archive_neither_maps_nor_makes_one() {
    assertThat(GATEWAY.hasClassArchive()).isTrue();
    assertThat(GATEWAY.withoutClassArchive().words())
        .containsExactly("java", "-Xmx96m", "-cp", "a:b", "Main");
    StartCommand first =
        StartCommand.parse(Part.GATEWAY, "java\0-XX:DumpLoadedClassList=/t/list\0Main\0", "");
    assertThat(first.listsClasses()).isTrue();
    assertThat(first.hasClassArchive()).isFalse();
    assertThat(first.withoutClassArchive().words()).containsExactly("java", "Main");
  }

  @Test
  void elsewhere_only_its_own_listeners_move() {
    StartCommand moved = GATEWAY.at(ELSEWHERE);
    assertThat(moved.serves()).isEqualTo(new InetSocketAddress(ELSEWHERE, 7100));
    assertThat(moved.admin()).isEqualTo(new InetSocketAddress(ELSEWHERE, 7101));
    assertThat(moved.environment())
        .containsEntry("BREAKWATER_GATEWAY_DELIVERY", "127.0.0.1:7110")
        .doesNotContainKey("BREAKWATER_GATEWAY_LISTEN_TLS");
    assertThat(moved.words()).isEqualTo(GATEWAY.words());
  }

  @Test
  void says_which_address_it_does_not_understand() {
    StartCommand strange =
        StartCommand.parse(Part.DELIVERY, "java\0", "BREAKWATER_DELIVERY_LISTEN=7110\0");
    assertThatThrownBy(strange::serves)
        .isInstanceOf(TrialFailure.class)
        .hasMessageContaining("BREAKWATER_DELIVERY_LISTEN: '7110'");
  }
}

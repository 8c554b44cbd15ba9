package io.breakwater.trunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.common.certificate.CertificateFiles;
import io.breakwater.common.certificate.CertificateWatch;
import io.breakwater.common.certificate.CertificateWatch.Look;
import io.breakwater.common.certificate.Identity;
import io.breakwater.common.certificate.UnusableCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at certificate files, one by one. Here, since the authority of the tests is. */
final class CertificateWatchTest {
  private static final Look SAME = new Look.Same();
  private static final Look TAKEN = new Look.Taken();

  @TempDir private Path directory = Path.of("");
  private final List<Identity> offered = new ArrayList<>();
  private final TestAuthority authority;
  private CertificateFiles files;
  private CertificateWatch watch;

  CertificateWatchTest() throws Exception {
    authority = new TestAuthority();
  }

  @BeforeEach
  void start() throws Exception {
    change();
    watch = new CertificateWatch(files);
  }

  private void change() throws Exception {
    files = authority.issue(TestAuthority.GATEWAY).install(directory);
  }

  private Look look() {
    return watch.look(offered::add);
  }

  private Look lookAndRefuse() {
    return watch.look(
        identity -> {
          offered.add(identity);
          throw new UnusableCertificate("refusal " + offered.size());
        });
  }

  private Look lookAndFail() {
    return watch.look(
        identity -> {
          throw new IllegalStateException("failed");
        });
  }

  @Test
  void other_content_is_taken_once() throws Exception {
    assertThat(look()).isEqualTo(SAME);
    change();
    assertThat(look()).isEqualTo(TAKEN);
    assertThat(look()).isEqualTo(SAME);
    assertThat(offered).hasSize(1);
  }

  @Test
  void refused_content_is_offered_at_each_look_and_told_of_once() throws Exception {
    change();
    assertThat(lookAndRefuse()).isEqualTo(new Look.Refused("refusal 1"));
    assertThat(lookAndRefuse()).isEqualTo(SAME);
    assertThat(look()).isEqualTo(TAKEN);
    assertThat(offered).hasSize(3);

    change();
    assertThat(lookAndRefuse()).isEqualTo(new Look.Refused("refusal 4"));
    change();
    assertThat(lookAndRefuse()).isEqualTo(new Look.Refused("refusal 5"));
  }

  @Test
  void content_that_failed_is_offered_again_and_the_failure_told_of_once() throws Exception {
    change();
    assertThatThrownBy(this::lookAndFail).isInstanceOf(IllegalStateException.class);
    assertThat(lookAndFail()).isEqualTo(SAME);
    assertThat(look()).isEqualTo(TAKEN);
  }

  @Test
  void a_file_that_is_too_large_is_told_of_once() throws Exception {
    Files.writeString(files.certificate(), "x".repeat((256 << 10) + 1));
    assertThat(look()).isInstanceOf(Look.Refused.class);
    assertThat(look()).isEqualTo(SAME);
    change();
    assertThat(look()).isEqualTo(TAKEN);
  }

  @Test
  void a_file_that_cannot_be_read_is_told_of_once_each_time() throws Exception {
    String content = Files.readString(files.certificate());
    for (int i = 0; i < 2; i++) {
      Files.delete(files.certificate());
      assertThat(look()).isInstanceOf(Look.Refused.class);
      assertThat(look()).isEqualTo(SAME);
      Files.writeString(files.certificate(), content);
      assertThat(look()).isEqualTo(SAME);
    }
    assertThat(offered).isEmpty();
  }
}

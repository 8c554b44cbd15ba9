package io.breakwater.loadtest.surge.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ControlFilesTest {
  private static final String V1_MOUNT =
      "33 24 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:9 - cgroup cgroup rw,cpu,cpuacct";
  private static final String V2_MOUNT =
      "30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate";
  private static final String MEMORY_MOUNT =
      "34 24 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory";

  @Test
  void the_group_of_this_process_is_found_in_version_1() {
    assertThat(
            ControlFiles.find(
                List.of(MEMORY_MOUNT, V1_MOUNT),
                List.of("5:memory:/other", "4:cpu,cpuacct:/user/one", "0::/unified")))
        .contains(
            new ControlFiles.Found(
                ControlFiles.V1, Path.of("/sys/fs/cgroup/cpu,cpuacct/user/one")));
  }

  @Test
  void the_group_of_this_process_is_found_in_version_2() {
    assertThat(ControlFiles.find(List.of(V2_MOUNT), List.of("0::/user.slice/one")))
        .contains(
            new ControlFiles.Found(ControlFiles.V2, Path.of("/sys/fs/cgroup/user.slice/one")));
  }

  @Test
  void where_both_are_mounted_the_one_with_the_controller_counts() {
    assertThat(ControlFiles.find(List.of(V2_MOUNT, V1_MOUNT), List.of("4:cpu:/", "0::/elsewhere")))
        .contains(new ControlFiles.Found(ControlFiles.V1, Path.of("/sys/fs/cgroup/cpu,cpuacct")));
  }

  @Test
  void a_group_that_is_mounted_itself_is_not_looked_for_below() {
    String mount = V2_MOUNT.replace(" / /sys", " /docker/abc /sys");
    assertThat(ControlFiles.find(List.of(mount), List.of("0::/docker/abc/deep")))
        .contains(new ControlFiles.Found(ControlFiles.V2, Path.of("/sys/fs/cgroup/deep")));
  }

  @Test
  void none_is_found_where_none_is_mounted() {
    assertThat(ControlFiles.find(List.of(MEMORY_MOUNT, "odd"), List.of("5:memory:/"))).isEmpty();
  }

  @Test
  void a_quota_is_a_share_of_each_period() {
    assertThat(ControlFiles.quotaMicros(0.5)).isEqualTo(10_000);
    assertThat(ControlFiles.quotaMicros(1.25)).isEqualTo(25_000);
  }

  @Test
  void what_was_throttled_is_read_in_nanoseconds() {
    Map<String, Long> v1 =
        ControlFiles.stat(List.of("nr_periods 10", "nr_throttled 4", "throttled_time 7000"));
    Map<String, Long> v2 =
        ControlFiles.stat(List.of("nr_periods 10", "nr_throttled 4", "throttled_usec 7", ""));
    assertThat(ControlFiles.V1.throttled(v1)).isEqualTo(new CpuGroup.Throttled(10, 4, 7_000));
    assertThat(ControlFiles.V2.throttled(v2)).isEqualTo(new CpuGroup.Throttled(10, 4, 7_000));
    assertThat(ControlFiles.V1.throttled(v1).share()).isEqualTo(0.4);
    assertThat(ControlFiles.V1.throttled(Map.of()).share()).isZero();
  }
}

package io.breakwater.cli.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CassandraOptionsTest {
  private static final CassandraOptions ALONE =
      CassandraOptions.of(Path.of("root"), Path.of("data"), 7442, 7443);

  private static List<InetAddress> addresses(int nodes) {
    return IntStream.rangeClosed(1, nodes)
        .mapToObj(node -> InetAddress.ofLiteral("127.0.0." + node))
        .toList();
  }

  @Test
  void a_node_that_is_alone_draws_its_token() {
    assertThat(ALONE.initialToken()).isEmpty();
    assertThat(ALONE.peers()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5})
  void the_tokens_of_a_ring_are_at_equal_distances_of_the_whole_range(int nodes) {
    List<InetAddress> ring = addresses(nodes);
    List<BigInteger> tokens =
        ring.stream()
            .map(address -> ALONE.inRing(address, ring).initialToken().orElseThrow())
            .map(BigInteger::new)
            .toList();
    assertThat(tokens.getFirst()).isEqualTo(BigInteger.valueOf(Long.MIN_VALUE));
    BigInteger share = BigInteger.TWO.pow(64).divide(BigInteger.valueOf(nodes));
    for (int i = 0; i < nodes; i++) {
      BigInteger next =
          i + 1 < nodes ? tokens.get(i + 1) : tokens.getFirst().add(BigInteger.TWO.pow(64));
      assertThat(next.subtract(tokens.get(i)).subtract(share))
          .isBetween(BigInteger.ZERO, BigInteger.ONE);
    }
  }

  @Test
  void a_node_of_a_ring_has_its_address_and_the_same_ports() {
    CassandraOptions node = ALONE.inRing(InetAddress.ofLiteral("127.0.0.2"), addresses(3));
    assertThat(node.cql().getHostString()).isEqualTo("127.0.0.2");
    assertThat(node.cql().getPort()).isEqualTo(7442);
    assertThat(node.storagePort()).isEqualTo(7443);
    assertThat(node.peers()).isEqualTo(2);
  }

  @Test
  void an_address_outside_of_the_ring_is_refused() {
    assertThatThrownBy(() -> ALONE.inRing(InetAddress.ofLiteral("127.0.0.4"), addresses(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("127.0.0.4");
  }
}

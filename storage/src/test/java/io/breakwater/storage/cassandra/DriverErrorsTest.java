package io.breakwater.storage.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.DriverTimeoutException;
import com.datastax.oss.driver.api.core.NoNodeAvailableException;
import com.datastax.oss.driver.api.core.NodeUnavailableException;
import com.datastax.oss.driver.api.core.auth.AuthenticationException;
import com.datastax.oss.driver.api.core.connection.BusyConnectionException;
import com.datastax.oss.driver.api.core.connection.ClosedConnectionException;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.servererrors.InvalidQueryException;
import com.datastax.oss.driver.api.core.servererrors.OverloadedException;
import com.datastax.oss.driver.api.core.servererrors.ServerError;
import com.datastax.oss.driver.api.core.servererrors.SyntaxError;
import com.datastax.oss.driver.api.core.servererrors.UnavailableException;
import com.datastax.oss.driver.api.core.servererrors.WriteTimeoutException;
import com.datastax.oss.driver.api.core.servererrors.WriteType;
import com.datastax.oss.driver.internal.core.metadata.DefaultEndPoint;
import io.breakwater.storage.StorageException;
import io.breakwater.storage.StorageException.Broken;
import io.breakwater.storage.StorageException.Unavailable;
import io.breakwater.storage.StorageException.UnknownOutcome;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

final class DriverErrorsTest {
  private static final Node NODE =
      (Node)
          Proxy.newProxyInstance(
              Node.class.getClassLoader(),
              new Class<?>[] {Node.class},
              (proxy, method, arguments) ->
                  method.getName().equals("hashCode") ? 1 : method.getName());

  private static StorageException translated(Throwable failure) {
    return DriverErrors.translate(Kind.JOURNAL, failure);
  }

  private static AllNodesFailedException nodes(Throwable... failures) {
    return AllNodesFailedException.fromErrors(
        List.of(failures).stream().map(failure -> Map.entry(NODE, failure)).toList());
  }

  @Test
  void what_no_node_was_sent_is_unavailable() {
    assertThat(translated(new NoNodeAvailableException())).isInstanceOf(Unavailable.class);
    assertThat(
            translated(
                nodes(new NodeUnavailableException(NODE), new BusyConnectionException(1024))))
        .isInstanceOf(Unavailable.class);
    assertThat(translated(new IllegalStateException("Session is closed")))
        .isInstanceOf(Unavailable.class);
  }

  @Test
  void what_any_node_may_have_been_sent_is_unknown() {
    assertThat(
            translated(
                nodes(new NodeUnavailableException(NODE), new IOException("connection reset"))))
        .isInstanceOf(UnknownOutcome.class);
    assertThat(translated(new DriverTimeoutException("2 s"))).isInstanceOf(UnknownOutcome.class);
    assertThat(translated(new ClosedConnectionException("lost")))
        .isInstanceOf(UnknownOutcome.class);
    assertThat(
            translated(
                new WriteTimeoutException(
                    NODE, ConsistencyLevel.LOCAL_QUORUM, 1, 2, WriteType.SIMPLE)))
        .isInstanceOf(UnknownOutcome.class);
    assertThat(translated(new ServerError(NODE, "?"))).isInstanceOf(UnknownOutcome.class);
    assertThat(translated(new OverloadedException(NODE))).isInstanceOf(UnknownOutcome.class);
  }

  @Test
  void too_few_replicas_refuse_a_write_but_may_have_begun_a_conditional_one() {
    UnavailableException failure =
        new UnavailableException(NODE, ConsistencyLevel.LOCAL_QUORUM, 2, 1);
    assertThat(translated(failure)).isInstanceOf(Unavailable.class);
    assertThat(DriverErrors.translate(Kind.CONDITIONAL, failure))
        .isInstanceOf(UnknownOutcome.class);
  }

  @Test
  void what_can_never_succeed_is_broken() {
    assertThat(translated(new SyntaxError(NODE, "?"))).isInstanceOf(Broken.class);
    assertThat(translated(new InvalidQueryException(NODE, "?"))).isInstanceOf(Broken.class);
    assertThat(translated(new IllegalArgumentException("?"))).isInstanceOf(Broken.class);
  }

  @Test
  void what_was_translated_is_not_translated_again() {
    StorageException failure = new Unavailable("full", null);
    assertThat(translated(new CompletionException(failure))).isSameAs(failure);
  }

  @Test
  void a_node_that_refuses_us_is_broken_and_nodes_that_do_not_answer_are_unavailable() {
    List<InetSocketAddress> at = List.of(InetSocketAddress.createUnresolved("db", 9042));
    AuthenticationException refused =
        new AuthenticationException(new DefaultEndPoint(at.getFirst()), "a password is required");
    assertThat(DriverErrors.translateConnecting(at, nodes(refused)))
        .isInstanceOf(Broken.class)
        .hasMessageContaining("db:9042")
        .hasMessageContaining("a password is required");
    assertThat(
            DriverErrors.translateConnecting(
                at, nodes(refused, new IOException("connection refused"))))
        .isInstanceOf(Unavailable.class)
        .hasMessage("Cassandra: no answer at db:9042 (expected: a node of the cluster)");
  }
}

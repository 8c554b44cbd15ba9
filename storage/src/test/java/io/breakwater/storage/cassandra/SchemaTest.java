package io.breakwater.storage.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverTimeoutException;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import io.breakwater.cli.cassandra.TestCassandra;
import io.breakwater.storage.StorageLayout;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a start does when a change of the schema is not answered: on a real session. */
final class SchemaTest {
  private final List<String> asked = new ArrayList<>();

  /** Does what it is asked, but loses the answer to this change. */
  private CqlSession losing(CqlSession real, String change) {
    return (CqlSession)
        Proxy.newProxyInstance(
            CqlSession.class.getClassLoader(),
            new Class<?>[] {CqlSession.class},
            (_, method, arguments) -> {
              try {
                Object answer = method.invoke(real, arguments);
                if (method.getName().equals("execute")
                    && arguments[0] instanceof SimpleStatement statement) {
                  asked.add(statement.getQuery());
                  if (statement.getQuery().contains(change)) {
                    throw new DriverTimeoutException("lost");
                  }
                }
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }

  private static CassandraConfig config(String keyspace) {
    return CassandraConfig.forOneMachine(TestCassandra.shared().contactPoint(), keyspace);
  }

  private static boolean isLocked(CqlSession session) {
    return session.execute("SELECT owner FROM " + SchemaLock.TABLE).one() != null;
  }

  @Test
  void the_lock_is_kept_when_the_outcome_of_a_change_is_unknown() {
    CassandraConfig config = config("schema_lost");
    try (CqlSession real = new Sessions(config).open()) {
      CqlSession losing = losing(real, "CREATE TABLE IF NOT EXISTS accounts");
      assertThatThrownBy(() -> Schema.migrate(losing, config, StorageLayout.forOneMachine()))
          .isInstanceOf(DriverTimeoutException.class);
      assertThat(isLocked(real)).isTrue();
    }
  }

  @Test
  void the_lock_is_given_back_when_all_is_changed_or_what_failed_was_no_change() {
    CassandraConfig config = config("schema_kept");
    try (CqlSession real = new Sessions(config).open()) {
      CqlSession losing = losing(real, "INSERT INTO schema_migrations");
      assertThatThrownBy(() -> Schema.migrate(losing, config, StorageLayout.forOneMachine()))
          .isInstanceOf(DriverTimeoutException.class);
      assertThat(isLocked(real)).isFalse();
      Schema.migrate(real, config, StorageLayout.forOneMachine());
      assertThat(isLocked(real)).isFalse();
    }
  }

  @Test
  void nothing_is_changed_before_all_nodes_agree_on_what_an_earlier_holder_changed() {
    CassandraConfig config = config("schema_agreed");
    try (CqlSession real = new Sessions(config).open()) {
      Schema.migrate(losing(real, "nothing"), config, StorageLayout.forOneMachine());
    }
    int taken = first("INSERT INTO schema_agreed." + SchemaLock.TABLE, 0);
    int changed = first("CREATE TABLE IF NOT EXISTS schema_migrations", 0);
    assertThat(first("SELECT schema_version", taken)).isBetween(taken, changed);
  }

  private int first(String query, int from) {
    for (int i = from; i < asked.size(); i++) {
      if (asked.get(i).startsWith(query)) {
        return i;
      }
    }
    throw new AssertionError("asked: " + asked + " (expected: " + query + ')');
  }
}

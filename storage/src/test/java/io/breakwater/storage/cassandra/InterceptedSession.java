package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.Statement;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A real session, with a hand on the wire: what a test does to statements and their answers. */
final class InterceptedSession {
  /** What happens to a statement. */
  interface Wire {
    CompletionStage<AsyncResultSet> send(
        Statement<?> statement, Function<Statement<?>, CompletionStage<AsyncResultSet>> real);
  }

  private InterceptedSession() {}

  static CqlSession of(CqlSession real, Wire wire) {
    return (CqlSession)
        Proxy.newProxyInstance(
            CqlSession.class.getClassLoader(),
            new Class<?>[] {CqlSession.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("executeAsync")
                  && arguments[0] instanceof Statement<?> statement) {
                return wire.send(statement, real::executeAsync);
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }
}

package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSessionBuilder;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.context.DriverContext;
import com.datastax.oss.driver.api.core.session.ProgrammaticArguments;
import com.datastax.oss.driver.internal.core.context.DefaultDriverContext;
import com.datastax.oss.driver.internal.core.context.DefaultNettyOptions;
import com.datastax.oss.driver.internal.core.context.NettyOptions;
import io.netty.channel.Channel;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Builds sessions whose connections are closed when nothing came for a while. The driver's own
 * heartbeat waits for its answer from when its question is written: to a node that is gone without
 * a word, while the socket's buffer is full, it never is, and the connection would stay for good.
 */
final class WatchfulSessionBuilder extends CqlSessionBuilder {
  private final Duration silence;

  /**
   * @param silence longer than the driver's heartbeat and its answer take, which keep a connection
   *     open that has nothing to do
   */
  WatchfulSessionBuilder(Duration silence) {
    this.silence = silence;
  }

  @Override
  protected DriverContext buildContext(
      DriverConfigLoader configLoader, ProgrammaticArguments arguments) {
    return new DefaultDriverContext(configLoader, arguments) {
      @Override
      protected NettyOptions buildNettyOptions() {
        return new DefaultNettyOptions(this) {
          @Override
          public void afterChannelInitialized(Channel channel) {
            channel
                .pipeline()
                .addFirst(new ReadTimeoutHandler(silence.toMillis(), TimeUnit.MILLISECONDS));
          }
        };
      }
    };
  }
}

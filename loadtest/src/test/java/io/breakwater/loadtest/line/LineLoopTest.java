package io.breakwater.loadtest.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.proto.client.ServerFrame;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real sockets. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LineLoopTest {
  private final LineLoop loop = new LineLoop("test", new LineLoop.Sources(240, 2));
  private final ServerSocket server = listening();

  private static ServerSocket listening() {
    try {
      return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @BeforeEach
  void isThere() {
    assertThat(server.isBound()).isTrue();
  }

  @AfterEach
  void close() throws java.io.IOException {
    loop.close();
    server.close();
  }

  private static final class Caller implements Line.Owner {
    final CompletableFuture<Line> connected = new CompletableFuture<>();
    final CompletableFuture<String> shortage = new CompletableFuture<>();
    final CompletableFuture<Boolean> closed = new CompletableFuture<>();

    @Override
    public String name() {
      return "test";
    }

    @Override
    public void connected(Line line) {
      connected.complete(line);
    }

    @Override
    public void heard(ServerFrame frame) {}

    @Override
    public void paused() {}

    @Override
    public void notFree(String what) {
      shortage.complete(what);
    }

    @Override
    public void closed() {
      closed.complete(true);
    }
  }

  @Test
  void a_line_that_is_closed_already_can_be_cut() throws Exception {
    Caller caller = new Caller();
    InetSocketAddress address = (InetSocketAddress) server.getLocalSocketAddress();
    loop.execute(() -> loop.connect(address, caller, Security.NONE));
    Line line = caller.connected.get(20, TimeUnit.SECONDS);
    int done =
        loop.call(
            () -> {
              line.close();
              line.cut();
              return 1;
            });
    assertThat(done).isOne();
    assertThat(caller.closed.get(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void a_shortage_of_this_machine_is_told_before_the_end() throws Exception {
    Caller caller = new Caller();
    InetSocketAddress address = (InetSocketAddress) server.getLocalSocketAddress();
    // Of nobody: RFC 5737.
    InetAddress from = InetAddress.ofLiteral("192.0.2.1");
    loop.execute(() -> loop.connect(address, from, caller, Security.NONE));
    assertThat(caller.closed.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(caller.shortage.getNow("nothing")).contains("Cannot assign requested address");
  }

  @Test
  void a_server_that_refuses_is_no_shortage_here() throws Exception {
    Caller caller = new Caller();
    InetSocketAddress address = (InetSocketAddress) server.getLocalSocketAddress();
    server.close();
    loop.execute(() -> loop.connect(address, caller, Security.NONE));
    assertThat(caller.closed.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(caller.shortage).isNotDone();
  }
}

package io.breakwater.delivery.suspect;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.delivery.node.Detector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jgroups.Address;
import org.jgroups.JChannel;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees the other delivery nodes by a group of JGroups whose member addresses are our incarnations.
 * One group per incarnation: it is joined once, and left at the end. Any thread, but for {@link
 * #lookAt}, which is one's; JGroups is spoken to on one of its own.
 */
public final class Suspector implements Detector, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Suspector.class);

  /** Names are looked up again after so long, though they are the same. */
  private static final long LOOK_UP_AGAIN_NS = TimeUnit.SECONDS.toNanos(5);

  /** It listens so far above the trunk port, on every node. */
  public static final int PORT_OFFSET = 2;

  private final InetSocketAddress listen;
  private final String group;
  private final Stack stack;
  private final JChannel channel;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("suspector").factory());
  private volatile Set<IncarnationId> seen = Set.of();
  private volatile Runnable onChange = () -> {};
  private volatile Consumer<String> onFailure = _ -> {};

  /** Owned by whoever calls {@link #lookAt}. */
  private Set<String> asked = Set.of();

  private long askedAtNs;

  /** Owned by the thread. */
  private Set<InetSocketAddress> lookedAt = Set.of();

  /**
   * @param group all nodes of a cluster are in the same
   * @param trunk the own trunk port, as others reach it; resolved
   * @param tls of both ends; without it the port needs a private network
   * @throws IOException if JGroups refuses what it is set to
   */
  public Suspector(
      IncarnationId self, String group, InetSocketAddress trunk, Optional<SSLContext> tls)
      throws IOException {
    listen = new InetSocketAddress(trunk.getAddress(), trunk.getPort() + PORT_OFFSET);
    stack = new Stack(listen, tls);
    try {
      channel = new JChannel(stack.protocols());
    } catch (Exception e) {
      throw new IOException("failure detector: " + e.getMessage(), e);
    }
    channel.addAddressGenerator(() -> new UUID(self.high(), self.low()));
    channel.setName("delivery-" + self.toString().substring(0, 8));
    channel.setReceiver(
        new Receiver() {
          // Under a lock of JGroups.
          @Override
          public void viewAccepted(View view) {
            seen(view);
          }
        });
    this.group = group;
  }

  /**
   * Lets it listen and look for others, as soon as it is told where they may be.
   *
   * @param changed called whenever it sees others; it must not wait
   * @param failed told if its port cannot be bound
   */
  public void start(Runnable changed, Consumer<String> failed) {
    onChange = changed;
    onFailure = failed;
  }

  /** Waits a second or two for others to answer. */
  private void connect() {
    try {
      channel.connect(group);
    } catch (Exception e) {
      onFailure.accept(
          "failure detector: cannot listen on "
              + listen.getHostString()
              + ':'
              + listen.getPort()
              + " (expected: free, "
              + PORT_OFFSET
              + " above the trunk port): "
              + e.getMessage());
    }
  }

  private void seen(View view) {
    seen =
        view.getMembers().stream()
            .filter(UUID.class::isInstance)
            .map(Suspector::incarnation)
            .collect(Collectors.toUnmodifiableSet());
    log.debug("sees {}", seen);
    onChange.run();
  }

  private static IncarnationId incarnation(Address address) {
    UUID id = (UUID) address;
    return new IncarnationId(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  @Override
  public Set<IncarnationId> seen() {
    return seen;
  }

  @Override
  public void lookAt(Collection<String> addresses) {
    Set<String> latest = Set.copyOf(addresses);
    long nowNs = System.nanoTime();
    if (latest.equals(asked) && nowNs - askedAtNs < LOOK_UP_AGAIN_NS) {
      return;
    }
    asked = latest;
    askedAtNs = nowNs;
    try {
      thread.execute(() -> look(latest));
    } catch (RejectedExecutionException e) {
      log.debug("the failure detector has ended", e);
    }
  }

  /** Looks names up, which may take a while. */
  private void look(Set<String> addresses) {
    Set<InetSocketAddress> hosts = new LinkedHashSet<>();
    hosts.add(listen);
    for (String address : addresses) {
      int colon = address.lastIndexOf(':');
      InetSocketAddress host =
          new InetSocketAddress(
              address.substring(0, colon),
              Integer.parseInt(address.substring(colon + 1)) + PORT_OFFSET);
      if (!host.isUnresolved()) {
        hosts.add(host);
      }
    }
    if (!hosts.equals(lookedAt)) {
      boolean isFirst = lookedAt.isEmpty();
      lookedAt = hosts;
      stack.lookAt(hosts);
      if (isFirst) {
        connect();
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    channel.close();
  }
}

package io.breakwater.delivery.node;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.delivery.lane.Lane;
import io.breakwater.delivery.lane.LaneLimits;
import io.breakwater.storage.IncarnationStore.Registration;
import io.breakwater.storage.Storage;
import io.breakwater.storage.StorageException;
import io.breakwater.storage.ViewStore.View;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * How an incarnation begins:
 *
 *   1. register: an address, and no ids yet
 *   2. read all rows and the view: own ids start above all that was issued by then; what is issued later by whoever
 *      owns a shard that this node gains is learned when it adopts a view
 *   3. start the lanes, which are home to nothing, and wait until they know that nobody has sealed this incarnation
 *
 * Then others can reach it, and it may join (Node.join): the view with it in it is decided, earlier owners release what
 * it gains or are recovered, and it serves.
 */
/** Starts an incarnation, which waits until storage answers. */
public final class Startup {
  private static final Logger log = LoggerFactory.getLogger(Startup.class);
  private static final long CEILING_STEP = 1L << 20;

  private final Storage storage;
  private final StorageWait wait;
  private final Clocks clocks;
  private final LaneLimits limits;
  private final int lanes;
  private final Lane.Maker laneMaker;
  private final Peers peers;
  private final Detector detector;
  private final MeterRegistry registry;
  private final Consumer<String> onFatal;

  /**
   * @param wait for storage that does not answer
   * @param lanes how many threads own mailboxes
   * @param laneMaker {@code Lane::new}, but in a test
   * @param peers the relays to other nodes
   * @param detector sees other nodes
   * @param onFatal told why the process has to end
   */
  public Startup(
      Storage storage,
      StorageWait wait,
      Clocks clocks,
      LaneLimits limits,
      int lanes,
      Lane.Maker laneMaker,
      Peers peers,
      Detector detector,
      MeterRegistry registry,
      Consumer<String> onFatal) {
    this.storage = storage;
    this.wait = wait;
    this.clocks = clocks;
    this.limits = limits;
    this.lanes = lanes;
    this.laneMaker = laneMaker;
    this.peers = peers;
    this.detector = detector;
    this.registry = registry;
    this.onFatal = onFatal;
  }

  /**
   * Starts the incarnation.
   *
   * @param address of this process's trunk port, as others reach it
   * @throws StorageException.Broken if what storage says cannot be understood
   * @throws InterruptedException if the thread is interrupted
   */
  public Node begin(IncarnationId self, String address) throws InterruptedException {
    ask("register", () -> storage.incarnations().register(self, address, lanes, 0));
    Optional<View> view = ask("read view", storage.views()::read);
    List<Registration> rows = ask("list incarnations", storage.incarnations()::list);
    long issued =
        Math.max(
            view.map(View::idFloor).orElse(0L),
            rows.stream().mapToLong(Registration::idCeiling).max().orElse(0));
    long ceiling = issued + 1 + CEILING_STEP;
    ask("ceiling", () -> storage.incarnations().raiseCeiling(self, ceiling));
    Node node =
        new Node(
            storage,
            self,
            address,
            lanes,
            laneMaker,
            limits,
            issued + 1,
            ceiling,
            peers,
            detector,
            clocks,
            registry,
            onFatal);
    try {
      node.start();
      Recovery.await("clean read", node.clean());
    } catch (RuntimeException | InterruptedException e) {
      node.close();
      throw e;
    }
    log.info("incarnation {} at {}: {} lanes, entry ids from {}", self, address, lanes, issued + 1);
    return node;
  }

  private <T> T ask(String what, Supplier<CompletionStage<T>> request) throws InterruptedException {
    return wait.answer(() -> Recovery.await(what, request.get()));
  }
}

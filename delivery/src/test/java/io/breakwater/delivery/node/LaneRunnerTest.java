package io.breakwater.delivery.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import io.breakwater.delivery.lane.Lane;
import io.breakwater.delivery.lane.LaneLimits;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.journal.Kind;
import io.breakwater.proto.journal.Record;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.ViewStore.Earlier;
import io.breakwater.storage.ViewStore.View;
import io.breakwater.storage.testing.InMemoryStorage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A lane that sleeps while its block is written is not forgotten. */
@Timeout(60)
final class LaneRunnerTest {
  private static final int PRODUCERS = 4;
  private static final int INPUTS = 20_000;

  private final HeldStorage storage =
      new HeldStorage(
          new InMemoryStorage(StorageLayout.forOneMachine()), HeldStorage.Question.APPEND_BLOCK, 1);
  private final Node node =
      new Node(
          storage,
          new IncarnationId(1, 2),
          "here",
          1,
          Lane::new,
          LaneLimits.standard(),
          1,
          1 << 20,
          new NoPeers(),
          new NoDetector(),
          Clocks.system(),
          new SimpleMeterRegistry(),
          _ -> {});

  @BeforeEach
  void aBlockIsUnderWay() throws Exception {
    storage
        .incarnations()
        .register(new IncarnationId(1, 2), "here", 1, 1 << 20)
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
    node.start();
    node.clean().toCompletableFuture().get(30, TimeUnit.SECONDS);
    Record entry =
        Record.newBuilder()
            .setUser(ByteString.copyFrom(new UserId(3, 4).bytes()))
            .setEntry(Entry.newBuilder().setEntryId(7).setTimeMs(1).build().toByteString())
            .setKind(Kind.COPY)
            .build();
    // A home that gains what another node had takes entries over.
    IncarnationId self = new IncarnationId(1, 2);
    IncarnationId other = new IncarnationId(5, 6);
    done(storage.incarnations().register(other, "elsewhere", 1, 0));
    done(storage.views().change(new View(1, List.of(self, other), List.of(), 0)));
    done(
        storage
            .views()
            .change(new View(2, List.of(self), List.of(new Earlier(1, List.of(self, other))), 0)));
    var _ = node.join();
    Awaitility.await()
        .until(
            () -> {
              node.submit(0, lane -> lane.resubmit(1, 2, other, List.of(entry)));
              return storage.held().isDone();
            });
  }

  private static void done(CompletionStage<?> stage) throws Exception {
    stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @AfterEach
  void end() {
    node.close();
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void what_can_wait_is_done_though_the_block_is_never_written() throws InterruptedException {
    for (int times = 0; times < 100; times++) {
      CountDownLatch done = new CountDownLatch(1);
      node.submitPatiently(0, _ -> done.countDown());
      await(done);
    }
  }

  @Test
  void inputs_of_both_kinds_run_once_and_in_the_order_of_their_arrival()
      throws InterruptedException {
    var ran = new ConcurrentLinkedQueue<Integer>();
    CountDownLatch done = new CountDownLatch(PRODUCERS * INPUTS);
    List<Thread> producers = new ArrayList<>();
    for (int producer = 0; producer < PRODUCERS; producer++) {
      int first = producer * INPUTS;
      producers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < INPUTS; i++) {
                      int number = first + i;
                      Consumer<Lane> input =
                          _ -> {
                            ran.add(number);
                            done.countDown();
                          };
                      if (i % 7 == 0) {
                        node.submit(0, input);
                      } else {
                        node.submitPatiently(0, input);
                      }
                    }
                  }));
    }

    for (Thread producer : producers) {
      producer.join();
    }
    await(done);

    assertThat(ran).hasSize(PRODUCERS * INPUTS);
    for (int producer = 0; producer < PRODUCERS; producer++) {
      int first = producer * INPUTS;
      assertThat(ran.stream().filter(number -> number / INPUTS == first / INPUTS))
          .containsExactlyElementsOf(IntStream.range(first, first + INPUTS).boxed().toList());
    }
  }
}

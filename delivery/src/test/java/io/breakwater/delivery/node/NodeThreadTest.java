package io.breakwater.delivery.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class NodeThreadTest {
  private static final Logger LOGGER = (Logger) LoggerFactory.getLogger(NodeThread.class);

  private final List<String> fatal = new CopyOnWriteArrayList<>();
  private final NodeThread thread = new NodeThread(fatal::add);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.start();
    LOGGER.addAppender(log);
  }

  @AfterEach
  void end() {
    LOGGER.detachAppender(log);
    thread.close();
  }

  private static void fail() {
    throw new IllegalStateException("a bug");
  }

  private static void breakDown() {
    throw new LinkageError("a class that is not there");
  }

  /** Waits until everything before it has run. */
  private void settle() throws Exception {
    CompletableFuture.runAsync(() -> {}, thread).get(10, TimeUnit.SECONDS);
  }

  private void assertThatOneBugIsLogged() {
    assertThat(log.list)
        .singleElement()
        .satisfies(line -> assertThat(line.getThrowableProxy().getMessage()).isEqualTo("a bug"));
    assertThat(fatal).isEmpty();
  }

  @Test
  void a_task_that_throws_is_logged_and_the_next_one_runs() throws Exception {
    thread.execute(NodeThreadTest::fail);
    settle();
    assertThatOneBugIsLogged();
  }

  @Test
  void what_is_done_about_an_answer_is_logged_if_it_throws() throws Exception {
    CompletableFuture<String> answer = new CompletableFuture<>();
    thread.after(answer, _ -> fail(), _ -> {});
    answer.complete("answer");
    settle();
    assertThatOneBugIsLogged();
  }

  @Test
  void what_is_done_about_a_failure_is_logged_if_it_throws() throws Exception {
    thread.after(CompletableFuture.failedStage(new IllegalStateException()), _ -> {}, _ -> fail());
    settle();
    assertThatOneBugIsLogged();
  }

  @Test
  void a_scheduled_task_that_throws_is_logged() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    thread.schedule(
        () -> {
          done.countDown();
          fail();
        },
        1);
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    settle();
    assertThatOneBugIsLogged();
  }

  @Test
  void a_repeated_task_that_throws_is_repeated() throws Exception {
    CountDownLatch twice = new CountDownLatch(2);
    thread.repeat(
        () -> {
          // Not for ever: what is logged after the end of this test is in the next one's log.
          if (twice.getCount() > 0) {
            twice.countDown();
            fail();
          }
        },
        1);
    assertThat(twice.await(10, TimeUnit.SECONDS)).isTrue();
    settle();
  }

  @Test
  void an_error_ends_the_process() throws Exception {
    thread.execute(NodeThreadTest::breakDown);
    settle();
    assertThat(fatal).singleElement().asString().contains("a class that is not there");
  }

  @Test
  void an_answer_that_comes_after_the_end_is_for_nobody() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    thread.after(answer, _ -> fail(), _ -> fail());
    thread.close();
    assertThat(answer.complete("late")).isTrue();
    assertThat(log.list).isEmpty();
  }
}

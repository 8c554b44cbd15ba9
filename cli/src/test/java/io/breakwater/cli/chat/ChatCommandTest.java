package io.breakwater.cli.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.client.model.ModelGateway;
import io.breakwater.client.model.ModelServer;
import io.breakwater.proto.client.ClientFrame;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process, against a model of the server behind a real socket. */
@Timeout(180)
final class ChatCommandTest {
  @TempDir Path directory;

  private final List<Process> processes = new ArrayList<>();
  private ModelGateway gateway;
  private int port;
  private int runs;

  @BeforeEach
  void start() throws IOException {
    gateway = ModelGateway.start(ModelServer.Faults.NONE);
    port = gateway.port();
  }

  @AfterEach
  void stop() throws Exception {
    processes.forEach(Process::destroyForcibly);
    gateway.close();
  }

  /** A process that was started, and its output. */
  private record Run(Process process, Path out, Path err) {
    String said() throws IOException {
      return Files.readString(err);
    }

    int exit() throws InterruptedException {
      return process.waitFor();
    }
  }

  private Run chat(Path in, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.breakwater.cli.Main",
                "chat",
                "--data",
                directory.resolve("data").toString(),
                "--connect",
                "127.0.0.1:" + port));
    command.addAll(List.of(arguments));
    runs++;
    Path out = directory.resolve(runs + ".out");
    Path err = directory.resolve(runs + ".err");
    Process process =
        new ProcessBuilder(command)
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    processes.add(process);
    return new Run(process, out, err);
  }

  private Run done(Path in, String... arguments) throws IOException, InterruptedException {
    Run run = chat(in, arguments);
    assertThat(run.exit()).as(run.said()).isZero();
    return run;
  }

  private static Path nothing() {
    return new File("/dev/null").toPath();
  }

  private Path lines(String name, String prefix, int count) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(prefix).append(i).append('\n');
    }
    return Files.writeString(directory.resolve(name), text);
  }

  /** Signs up somebody who receives later. */
  private void signUp(String name) throws IOException, InterruptedException {
    done(nothing(), name);
  }

  @Test
  void lines_arrive_as_the_bytes_they_were_although_connections_break() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int count = 20_000;
    for (int i = 0; i < count; i++) {
      bytes.writeBytes((i + "\r \0\u00ff").getBytes(UTF_8));
      for (int j = random.nextInt(60); j > 0; j--) {
        int b = random.nextInt(256);
        bytes.write(b == '\n' ? 0 : b);
      }
      bytes.write('\n');
    }
    Path input = Files.write(directory.resolve("input"), bytes.toByteArray());
    Run receiver = chat(nothing(), "bob", "--receive", String.valueOf(count));
    Run sender = chat(input, "alice", "--to", "bob");
    while (gateway.with(model -> model.accepted().size()) < count / 3) {
      Thread.onSpinWait();
    }
    gateway.cutAll();
    assertThat(sender.exit()).as(sender.said()).isZero();
    assertThat(receiver.exit()).as(receiver.said()).isZero();
    assertThat(Files.mismatch(receiver.out(), input)).isEqualTo(-1);
    assertThat(sender.said()).contains("acknowledged=" + count).contains("connections=2");
    assertThat(receiver.said()).contains("written=" + count);
  }

  @Test
  void a_sender_that_was_killed_is_continued_by_the_next_run() throws Exception {
    signUp("bob");
    done(lines("first", "a", 10), "alice", "--to", "bob");
    Path many = lines("many", "b", 100_000);
    Run killed = chat(many, "alice", "--to", "bob");
    while (gateway.with(model -> model.accepted().size()) < 2_000) {
      Thread.onSpinWait();
    }
    gateway.setDeaf(true);
    killed.process().destroyForcibly();
    killed.exit();
    gateway.setDeaf(false);
    Run next = done(lines("last", "c", 10), "alice", "--to", "bob");
    assertThat(next.said()).containsPattern("carried-over=[1-9]").containsPattern("resends=[1-9]");
    int accepted = gateway.with(model -> model.accepted().size());
    Run receiver = done(nothing(), "bob", "--receive", String.valueOf(accepted));
    List<String> received = Files.readAllLines(receiver.out());
    assertThat(received.subList(0, 10)).isEqualTo(Files.readAllLines(directory.resolve("first")));
    assertThat(received.subList(10, accepted - 10))
        .isEqualTo(Files.readAllLines(many).subList(0, accepted - 20));
    assertThat(received.subList(accepted - 10, accepted))
        .isEqualTo(Files.readAllLines(directory.resolve("last")));
  }

  @Test
  void what_was_not_asked_for_stays_for_the_next_run() throws Exception {
    signUp("bob");
    Path input = lines("input", "m", 700);
    done(input, "alice", "--to", "bob");
    Run first = done(nothing(), "bob", "--receive", "300");
    Run second = done(nothing(), "bob", "--receive", "400");
    List<String> received = new ArrayList<>(Files.readAllLines(first.out()));
    received.addAll(Files.readAllLines(second.out()));
    assertThat(received).isEqualTo(Files.readAllLines(input));
    assertThat(gateway.received().stream().filter(ClientFrame::hasAck)).isNotEmpty();
  }

  @Test
  void two_devices_of_the_receiver_both_receive_everything() throws Exception {
    signUp("bob");
    done(nothing(), "bob", "--device", "phone");
    Path input = lines("input", "m", 500);
    done(input, "alice", "--to", "bob");
    Run first = done(nothing(), "bob", "--receive", "500");
    Run second = done(nothing(), "bob", "--device", "phone", "--receive", "500");
    assertThat(Files.mismatch(first.out(), input)).isEqualTo(-1);
    assertThat(Files.mismatch(second.out(), input)).isEqualTo(-1);
  }

  @Test
  void a_person_reads_what_was_missed_and_writes() throws Exception {
    signUp("bob");
    done(Files.writeString(directory.resolve("a"), "bob: hello\n/to bob\nx: y\n"), "alice");
    Run bob = done(Files.writeString(directory.resolve("b"), "alice: hi\nnobody.here: x\n"), "bob");
    Run alice = done(nothing(), "alice", "--receive", "1");
    assertThat(Files.readAllLines(alice.out())).containsExactly("hi");
    assertThat(Files.readAllLines(bob.out())).containsExactly("alice: hello", "alice: x: y");
    assertThat(bob.said()).contains("nobody is called nobody.here");
  }

  @Test
  void what_cannot_work_is_one_clear_line() throws Exception {
    signUp("bob");
    Run noReceiver = chat(lines("x", "x", 1), "alice", "--to", "carol", "--wait", "3");
    assertThat(noReceiver.exit()).isEqualTo(1);
    assertThat(noReceiver.said()).contains("nobody is called carol, after 3 s");

    Path refused = Files.writeString(directory.resolve("refused"), "fine\nX refused\nfine\n");
    Run sender = chat(refused, "alice", "--to", "bob");
    assertThat(sender.exit()).isEqualTo(1);
    assertThat(sender.said())
        .contains("1 of 3 messages are not acknowledged (line 2: refused (NOT_FOUND))");

    Run arguments = chat(nothing(), "Bob!");
    assertThat(arguments.exit()).isEqualTo(2);
    assertThat(arguments.said()).contains("NAME: Bob! (expected: 3 to 32 characters");
  }

  @Test
  void a_name_that_is_taken_and_a_device_in_use_are_said() throws Exception {
    gateway.account("bob");
    Run taken = chat(nothing(), "bob");
    assertThat(taken.exit()).isEqualTo(1);
    assertThat(taken.said()).contains("the name bob belongs to somebody else");

    Run waiting = chat(nothing(), "carl", "--receive", "1");
    while (!waiting.said().contains("signed up")) {
      assertThat(waiting.process().waitFor(10, TimeUnit.MILLISECONDS)).isFalse();
    }
    Path lock = directory.resolve("data/devices/carl/1/store/device.lock");
    while (!Files.exists(lock)) {
      Thread.onSpinWait();
    }
    Run second = chat(nothing(), "carl", "--receive", "1");
    assertThat(second.exit()).isEqualTo(1);
    assertThat(second.said()).contains("is in use by another process");
  }

  @Test
  void a_server_that_is_not_there_is_named_after_the_time_to_wait() throws Exception {
    signUp("alice");
    gateway.close();
    for (String name : List.of("alice", "carol")) {
      Run run = chat(lines("x", "x", 1), name, "--to", "bob", "--wait", "1");
      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.said())
          .contains("no connection to 127.0.0.1:" + gateway.port() + " within 1 s")
          .contains("./breakwater up")
          .doesNotContain("nobody is called");
    }
  }

  @Test
  void a_server_that_does_not_answer_is_said_after_the_time_to_wait() throws Exception {
    signUp("alice");
    gateway.setDeaf(true);
    Run run = chat(lines("x", "x", 1), "alice", "--to", "bob", "--wait", "1");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.said()).contains(" within 1 s").doesNotContain("nobody is called");
  }

  @Test
  void a_device_that_is_signed_out_is_replaced_by_a_new_one_under_its_name() throws Exception {
    signUp("bob");
    Path phone = directory.resolve("data/devices/bob/phone");
    done(nothing(), "bob", "--device", "phone");
    String first = Files.readString(phone.resolve("credentials"));

    Run signOut = done(nothing(), "bob", "--sign-out", "phone");
    assertThat(signOut.said()).contains("signed out device phone (");
    assertThat(phone).doesNotExist();
    assertThat(directory.resolve("data/signed-out/bob")).isNotEmptyDirectory();
    done(nothing(), "bob", "--device", "phone");
    assertThat(phone.resolve("credentials")).content().isNotEqualTo(first);

    Run typed =
        done(Files.writeString(directory.resolve("typed"), "/sign-out 1\nalice: x\n"), "bob");
    assertThat(typed.said()).contains("signed out device 1 (").doesNotContain("alice");
    Run again = done(nothing(), "bob");
    assertThat(again.said()).contains("linked device");
  }

  @Test
  void a_damaged_device_says_how_to_sign_it_out_and_does_so_itself() throws Exception {
    signUp("bob");
    done(nothing(), "bob", "--device", "phone");
    done(lines("two", "x", 2), "alice", "--to", "bob");
    done(nothing(), "bob", "--device", "phone", "--receive", "2");
    Path log = directory.resolve("data/devices/bob/phone/store/device.log");
    byte[] bytes = Files.readAllBytes(log);
    bytes[20] ^= 1;
    Files.write(log, bytes);

    Run damaged = chat(nothing(), "bob", "--device", "phone");
    assertThat(damaged.exit()).isEqualTo(1);
    assertThat(damaged.said()).contains("is damaged at byte 8").contains("--sign-out");
    Run signOut = done(nothing(), "bob", "--device", "phone", "--sign-out", "phone");
    assertThat(signOut.said()).contains("signed out device phone (");
    done(nothing(), "bob", "--device", "phone");
  }

  @Test
  void a_device_that_nobody_knows_is_not_signed_out() throws Exception {
    signUp("bob");
    Run run = chat(nothing(), "bob", "--sign-out", "phone");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.said()).contains("bob has no device phone");
  }
}

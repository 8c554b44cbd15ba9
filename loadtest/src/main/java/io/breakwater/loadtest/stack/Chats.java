package io.breakwater.loadtest.stack;

import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Starts {@code ./breakwater chat} in its several ways, against one stack. Any thread. */
public final class Chats {
  private static final Duration ENROLL_LIMIT = Duration.ofSeconds(90);

  private final Launcher launcher;
  private final Path directory;
  private final int port;
  private final AtomicInteger started = new AtomicInteger();

  /**
   * @param directory takes devices, and what the chats say
   */
  public Chats(Launcher launcher, Path directory, int port) {
    this.launcher = launcher;
    this.directory = directory;
    this.port = port;
  }

  /** A device of a person; device 1 is the one that signs up. */
  public record Device(String name, int number) {}

  /** Signs up, or links a device to the account; returns when it is done. */
  public void enroll(Device device) {
    // Sends nothing, and so ends at once, with what arrived left in the device's store.
    Chat chat = start(device, Launcher.nothing(), out(device), List.of("--to=" + device.name));
    int status = chat.awaitExit(ENROLL_LIMIT);
    if (status != 0) {
      throw new TrialFailure(
          "chat %s, device %d, could not enroll: status %d: %s"
              .formatted(device.name, device.number, status, chat.lastWords()));
    }
  }

  /** Sends the lines of a file at a rate per second. */
  public Chat send(Device from, String to, Path lines, double rate) {
    return start(
        from,
        Redirect.from(lines.toFile()),
        out(from),
        List.of("--to=" + to, "--rate=" + rate, "--timeout=180"));
  }

  /** Appends so many payloads to a file. */
  public Chat receive(Device device, long messages, Path file) {
    return start(device, Launcher.nothing(), file, List.of("--receive=" + messages));
  }

  /** As a person: appends what is shown to a file, until it is closed. */
  public Chat talk(Device device, Path file) {
    return start(device, Redirect.PIPE, file, List.of());
  }

  private Path out(Device device) {
    return directory.resolve("%s-%d.out".formatted(device.name, device.number));
  }

  private Chat start(Device device, Redirect in, Path out, List<String> options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "chat",
                device.name,
                "--device=" + device.number,
                "--data=" + directory,
                "--connect=127.0.0.1:" + port));
    arguments.addAll(options);
    Path err =
        directory.resolve(
            "%s-%d.%d.err".formatted(device.name, device.number, started.incrementAndGet()));
    try {
      Files.createDirectories(directory);
      if (!Files.exists(out)) {
        Files.createFile(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Chat(launcher, launcher.start(arguments, new Launcher.Streams(in, out, err)), err);
  }
}

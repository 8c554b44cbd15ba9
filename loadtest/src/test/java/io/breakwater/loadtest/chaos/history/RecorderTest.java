package io.breakwater.loadtest.chaos.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.client.core.MessageId;
import io.breakwater.loadtest.chaos.history.Recorder.Happening;
import io.breakwater.loadtest.chaos.payload.Content;
import io.breakwater.loadtest.chaos.payload.Conversation;
import io.breakwater.loadtest.chaos.payload.Device;
import io.breakwater.loadtest.chaos.payload.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecorderTest {
  private static final Device ADA = new Device(0, 1);
  private static final Device GRACE = new Device(1, 2);
  private static final Conversation TALK = Conversation.of(0, 1);
  private static final MessageId ID = new MessageId(-1, 5);
  private static final Content CONTENT = new Content.Sound(new Identity(ADA, TALK, 4));

  private static final List<Happening> ALL =
      List.of(
          (number, atMs) -> new Fact.CampaignBegan(number, atMs, -7),
          (number, atMs) -> new Fact.DeviceLinked(number, atMs, ADA, 0),
          (number, atMs) -> new Fact.SignOutAsked(number, atMs, ADA),
          (number, atMs) -> new Fact.SignedOut(number, atMs, ADA),
          (number, atMs) -> new Fact.ApplicationStarted(number, atMs, ADA, 1, -1),
          (number, atMs) -> new Fact.ApplicationStopped(number, atMs, ADA, 1, Fact.Ending.KILLED),
          (number, atMs) ->
              new Fact.SendInvoked(number, atMs, ADA, TALK, 4, 0, MessageId.NONE, 300),
          (number, atMs) -> new Fact.SendAccepted(number, atMs, ADA, TALK, 4, 9, ID),
          (number, atMs) -> new Fact.SendRefused(number, atMs, ADA, TALK, 4, 9, "NO_SUCH_USER"),
          (number, atMs) -> new Fact.SendUnknown(number, atMs, ADA, TALK, 4, 0, "\"killed\"\n"),
          (number, atMs) ->
              new Fact.Delivered(number, atMs, GRACE, 1, 77, ADA, TALK, 9, ID, CONTENT),
          (number, atMs) -> new Fact.Repeated(number, atMs, GRACE, ADA, TALK, 9, ID),
          (number, atMs) -> new Fact.ToldTooLong(number, atMs, GRACE, -50),
          (number, atMs) -> new Fact.FaultBegun(number, atMs, 1, "kill", List.of(0, 1)),
          (number, atMs) -> new Fact.FaultEnded(number, atMs, 1, Fact.Effect.SEEN),
          Fact.Healed::new,
          (number, atMs) -> new Fact.Counted(number, atMs, "hints", 3),
          (number, atMs) -> new Fact.Stored(number, atMs, ADA, TALK, 9, ID, CONTENT),
          (number, atMs) -> new Fact.StorageRead(number, atMs, 1),
          Fact.CampaignEnded::new);

  @TempDir Path directory = Path.of("");

  private static List<Fact> facts() {
    return IntStream.range(0, ALL.size())
        .mapToObj(each -> ALL.get(each).at(each + 1, 100 + each))
        .toList();
  }

  private Path record() throws IOException {
    Path file = directory.resolve("history");
    Iterator<Integer> times = IntStream.iterate(100, each -> each + 1).iterator();
    try (Recorder recorder = Recorder.create(file, times::next)) {
      ALL.forEach(recorder::record);
    }
    return file;
  }

  private static History.Replay replay(Path file, List<Fact> into) throws IOException {
    return History.in(file).replay(into::add);
  }

  @Test
  void there_is_one_of_every_kind() {
    assertThat(facts())
        .extracting(Object::getClass)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.<Class<?>>asList(Fact.class.getPermittedSubclasses()));
  }

  @Test
  void what_was_recorded_is_read() throws IOException {
    Path file = record();
    List<Fact> read = new ArrayList<>();

    assertThat(replay(file, read)).isEqualTo(new History.Replay.Whole());

    assertThat(read).isEqualTo(facts());
    assertThat(Files.readAllLines(file)).hasSize(ALL.size());
    assertThat(Files.readAllLines(file).get(10))
        .isEqualTo(
            "{\"fact\":\"delivered\",\"number\":11,\"atMs\":110,\"device\":\"1.2\",\"run\":1,\"entryId\":77,"
                + "\"sender\":\"0.1\",\"conversation\":\"0-1\",\"clientId\":9,"
                + "\"messageId\":\"ffffffffffffffff0000000000000005\",\"content\":\"0.1>0-1#4\"}");
  }

  @Test
  void time_does_not_go_back_though_the_clock_does() throws IOException {
    Path file = directory.resolve("history");
    Iterator<Long> times = List.of(5L, 3L, 9L).iterator();
    try (Recorder recorder = Recorder.create(file, times::next)) {
      for (int each = 0; each < 3; each++) {
        recorder.record(Fact.Healed::new);
      }
    }
    List<Fact> read = new ArrayList<>();
    assertThat(replay(file, read)).isEqualTo(new History.Replay.Whole());

    assertThat(read).extracting(Fact::atMs).containsExactly(5L, 5L, 9L);
  }

  @Test
  void a_file_that_was_cut_anywhere_is_read_up_to_there() throws IOException {
    byte[] whole = Files.readAllBytes(record());
    Path cut = directory.resolve("cut");
    for (int bytes = 0; bytes < whole.length; bytes++) {
      Files.write(cut, Arrays.copyOf(whole, bytes));
      List<Fact> read = new ArrayList<>();

      History.Replay replay = replay(cut, read);

      String text = new String(whole, 0, bytes, StandardCharsets.UTF_8);
      int lines = (int) text.lines().filter(line -> line.endsWith("}")).count();
      assertThat(read).as("%d bytes", bytes).isEqualTo(facts().subList(0, lines));
      boolean isCutInLine = !text.isEmpty() && !text.endsWith("\n") && !text.endsWith("}");
      assertThat(replay instanceof History.Replay.CutShort).as(text).isEqualTo(isCutInLine);
    }
  }

  @Test
  void a_line_that_is_no_fact_is_named() throws IOException {
    for (String garbage :
        List.of(
            "",
            "{}",
            "{\"fact\":\"healed\",\"number\":1,\"atMs\":1,\"extra\":1}",
            "{\"fact\":\"no-such\",\"number\":1,\"atMs\":1}",
            "{\"fact\":\"signed-out\",\"number\":1,\"atMs\":1,\"device\":\"x\"}")) {
      Path file = directory.resolve("garbage");
      Files.writeString(file, "{\"fact\":\"healed\",\"number\":1,\"atMs\":1}\n" + garbage + "\n");
      List<Fact> read = new ArrayList<>();

      assertThat(replay(file, read))
          .isInstanceOfSatisfying(
              History.Replay.CutShort.class, cut -> assertThat(cut.why()).startsWith("line 2: "));
      assertThat(read).hasSize(1);
    }
  }
}

package io.breakwater.loadtest.chaos.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** What a {@link Recorder} wrote. */
final class HistoryFile implements History {
  private final Path file;

  HistoryFile(Path file) {
    this.file = file;
  }

  @Override
  public Replay replay(Consumer<? super Fact> reader) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      long at = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        at++;
        Fact fact;
        try {
          fact = Lines.read(line);
        } catch (JsonProcessingException e) {
          return new Replay.CutShort("line %d: %s".formatted(at, e.getOriginalMessage()));
        }
        reader.accept(fact);
      }
      return new Replay.Whole();
    } catch (CharacterCodingException e) {
      return new Replay.CutShort("bytes that are no text: " + e.getMessage());
    }
  }
}

package io.breakwater.common.admin;

import java.util.Optional;

/**
 * A further page of an admin port.
 *
 * @param path begins with a slash
 * @param content asked on every GET, by any thread
 * @param action asked on every POST that {@link Permit} lets pass, by any thread
 */
public record AdminPage(String path, Content content, Optional<Action> action) {
  /** What is on a page. */
  @FunctionalInterface
  public interface Content {
    /**
     * Says it as plain text.
     *
     * @param query what follows the question mark, decoded; empty if nothing does
     * @throws IllegalArgumentException if that makes no sense, with what was expected: an answer
     *     with status 400
     * @throws java.util.NoSuchElementException if it asks for what is not there, with what is: an
     *     answer with status 404
     */
    String answer(Optional<String> query);
  }

  /** What a page does. */
  @FunctionalInterface
  public interface Action {
    /**
     * Does it, and says what was done; see {@link Content#answer}.
     *
     * @param by who asks for it, for the log
     */
    String carryOut(Optional<String> query, String by);
  }

  /** One that only shows. */
  public AdminPage(String path, Content content) {
    this(path, content, Optional.empty());
  }
}

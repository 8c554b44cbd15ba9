package io.breakwater.common.admin;

import java.util.Optional;

/**
 * A further page of an admin port.
 *
 * @param path begins with a slash
 * @param content asked on every request, by any thread
 */
public record AdminPage(String path, Content content) {
  /** What is on a page. */
  @FunctionalInterface
  public interface Content {
    /**
     * Says it as plain text.
     *
     * @param query what follows the question mark, decoded; empty if nothing does
     * @throws IllegalArgumentException if that makes no sense, with what was expected: an answer
     *     with status 400
     */
    String answer(Optional<String> query);
  }
}

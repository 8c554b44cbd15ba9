package io.breakwater.loadtest.surge.scenario;

import java.util.List;

/** A file is no scenario. The message has all mistakes, a line each: file, line, key, value. */
public final class InvalidScenario extends Exception {
  private static final long serialVersionUID = 1;

  InvalidScenario(List<String> mistakes) {
    super(String.join(System.lineSeparator(), mistakes));
  }
}

package io.breakwater.common.admin;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/*
 * The admin port has no authentication, so what changes anything is for who is on this machine already: its address is
 * of this machine, be it loopback or the one that it asks at. A web page in a browser on this machine is not: browsers
 * add Origin or Sec-Fetch-Site to whatever a page asks for, also by a name that was made to mean this machine (DNS
 * rebinding), and a header of one's own keeps out the browsers that do not.
 */
/** Whether a POST may change something. */
sealed interface Permit {
  /** Says who asks, in one's own words: for the log. */
  String HEADER = "Breakwater-By";

  /** It may. */
  record Granted(String by) implements Permit {}

  /** It may not. */
  record Denied(String why) implements Permit {}

  /** What of a request counts. */
  record Request(InetAddress from, InetAddress to, Optional<String> by, boolean isOfPage) {}

  Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,64}");

  /** Decides. */
  static Permit of(Request request) {
    if (!request.from.isLoopbackAddress() && !request.from.equals(request.to)) {
      return new Denied(
          "from %s (expected: from this machine)".formatted(request.from.getHostAddress()));
    }
    if (request.isOfPage) {
      return new Denied("from a page in a browser (expected: none)");
    }
    return request
        .by
        .filter(name -> NAME.matcher(name).matches())
        .<Permit>map(name -> new Granted(name + " from " + request.from.getHostAddress()))
        .orElseGet(
            () ->
                new Denied(
                    "no header %s with your name (expected: 1 to 64 letters, digits, . _ @ -)"
                        .formatted(HEADER)));
  }
}

package io.breakwater.common.config;

import java.security.Security;

/**
 * How long a process goes by what it was told of a name. The JVM's own 30 s are too long where a
 * process comes back at another address: its name is resolved at each connect, and should say so.
 */
public final class NameLifetime {
  private static final int SECONDS = 1;

  private NameLifetime() {}

  /**
   * Addresses of a name, and that there are none, are asked for again after {@value #SECONDS} s.
   * For the whole process, and only before it has resolved any name: the JVM looks once.
   */
  public static void shorten() {
    String seconds = Integer.toString(SECONDS);
    Security.setProperty("networkaddress.cache.ttl", seconds);
    Security.setProperty("networkaddress.cache.negative.ttl", seconds);
  }
}

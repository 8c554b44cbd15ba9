package io.breakwater.gateway;

import io.breakwater.common.config.NameLifetime;
import io.breakwater.common.config.Settings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** Runs a gateway until the process is told to stop. */
public final class GatewayMain {
  /** Exit code: the configuration cannot be used. */
  static final int EXIT_CONFIGURATION = 2;

  /** Exit code: a port cannot be bound. */
  static final int EXIT_CANNOT_LISTEN = 3;

  private GatewayMain() {}

  /** Takes no arguments: configuration comes from the environment. */
  public static void main(String[] args) {
    NameLifetime.shorten();
    try {
      GatewayServer server =
          GatewayServer.start(
              GatewayConfig.load(),
              new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
              GatewayServer.Clocks.SYSTEM);
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop"));
    } catch (GatewayServer.CannotListen e) {
      fail(e, EXIT_CANNOT_LISTEN);
    } catch (Settings.InvalidSettings | IllegalArgumentException e) {
      fail(e, EXIT_CONFIGURATION);
    }
  }

  private static void fail(Exception e, int exitCode) {
    System.err.println("breakwater gateway: " + e.getMessage());
    System.exit(exitCode);
  }
}

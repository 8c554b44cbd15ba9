package io.breakwater.gateway.framing;

import io.breakwater.gateway.metrics.GatewayMetrics;
import java.util.Set;

/**
 * Who may open a WebSocket.
 *
 * @param origins of pages, as browsers send them; a request that names another one is refused, one
 *     that names none is no page's
 * @param room for what is not complete
 */
public record WebSocketRules(Set<String> origins, InboundRoom room, GatewayMetrics metrics) {
  /** Where it is opened. */
  static final String PATH = "/v1";

  /** What client and server agree to speak. */
  static final String SUBPROTOCOL = "breakwater.v1";

  /** Bytes of the request's first line, and of all its headers together. */
  static final int MAX_LINE_BYTES = 1_024;

  static final int MAX_HEADER_BYTES = 3_072;

  /** Of any message; what the connection allows now may be less. */
  static final int MAX_MESSAGE_BYTES = 128 * 1024;
}

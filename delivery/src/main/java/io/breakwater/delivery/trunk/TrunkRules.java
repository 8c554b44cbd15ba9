package io.breakwater.delivery.trunk;

import io.breakwater.trunk.TrunkTls;
import java.util.Optional;

/**
 * Whom a delivery node lets open trunks.
 *
 * @param maxConnections open at once; handshakes under way count apart
 * @param tls without it, whoever reaches the port
 */
public record TrunkRules(int maxConnections, Optional<TrunkTls> tls) {}

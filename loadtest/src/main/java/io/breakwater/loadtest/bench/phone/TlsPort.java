package io.breakwater.loadtest.bench.phone;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * Where a gateway takes TLS.
 *
 * @param trusted PEM: the gateway's certificate, or that of its authority. Names are not compared
 */
public record TlsPort(InetSocketAddress address, Path trusted) {}

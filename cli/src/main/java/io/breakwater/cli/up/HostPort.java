package io.breakwater.cli.up;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code host:port}. */
final class HostPort implements ITypeConverter<InetSocketAddress> {
  @Override
  public InetSocketAddress convert(String value) {
    int colon = value.lastIndexOf(':');
    try {
      int port = Integer.parseInt(value.substring(colon + 1));
      if (colon > 0 && port > 0) {
        return InetSocketAddress.createUnresolved(value.substring(0, colon), port);
      }
      throw malformed(value);
    } catch (IllegalArgumentException e) {
      throw malformed(value);
    }
  }

  private static TypeConversionException malformed(String value) {
    return new TypeConversionException("'" + value + "' (expected: host:port, port 1..65535)");
  }

  /** The form that {@link #convert} reads. */
  static String text(InetSocketAddress address) {
    return address.getHostString() + ':' + address.getPort();
  }

  /** The form in which several are settings. */
  static String list(List<InetSocketAddress> addresses) {
    return addresses.stream().map(HostPort::text).collect(Collectors.joining(","));
  }
}

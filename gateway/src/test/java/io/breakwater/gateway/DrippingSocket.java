package io.breakwater.gateway;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

/** Sends each byte by itself. */
final class DrippingSocket extends Socket {
  DrippingSocket(int port) throws IOException {
    super(InetAddress.getLoopbackAddress(), port);
    setTcpNoDelay(true);
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return new FilterOutputStream(super.getOutputStream()) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
          out.write(bytes[i]);
          out.flush();
        }
      }
    };
  }
}

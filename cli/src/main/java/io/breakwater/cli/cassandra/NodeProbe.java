package io.breakwater.cli.cassandra;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Asks a CQL port whose node serves it: while our node is still in its checks, another one can have
 * the port. The node is told by its commit log directory, which no other has (CQL binary protocol
 * v4: STARTUP, then a QUERY of {@code system_views.settings}), and of several nodes how many others
 * it has met. Any thread; blocks for at most the timeout, four times.
 */
public final class NodeProbe {
  private static final int REQUEST = 4;
  private static final int RESPONSE = 0x84;
  private static final int STARTUP = 1;
  private static final int READY = 2;
  private static final int QUERY = 7;
  private static final int RESULT = 8;
  private static final int ROWS = 2;
  private static final int ONE = 1;
  private static final int MAX_BODY_BYTES = 64 << 10;
  private static final String COMMIT_LOG =
      "SELECT value FROM system_views.settings WHERE name = 'commitlog_directory'";
  private static final String PEERS = "SELECT host_id FROM system.peers_v2";

  /** Whose the port is. */
  public sealed interface Answer {
    /** The node that was asked for serves. */
    record Own() implements Answer {}

    /**
     * The node that was asked for serves, but has not met all others of its ring: the keyspaces
     * that it would make now could have no place for their replicas.
     *
     * @param peers that it has met
     */
    record Joining(int peers) implements Answer {}

    /** Nobody answered in time. */
    record Silent() implements Answer {}

    /**
     * Another node serves.
     *
     * @param what what is known of it, as a clause
     */
    record Stranger(String what) implements Answer {}
  }

  private NodeProbe() {}

  /** Asks now. */
  public static Answer ask(CassandraOptions node, Duration timeout) {
    InetSocketAddress cql = node.cql();
    try (Socket socket = new Socket()) {
      socket.connect(cql, (int) timeout.toMillis());
      socket.setSoTimeout((int) timeout.toMillis());
      return ask(node, socket);
    } catch (IOException e) {
      return new Answer.Silent();
    }
  }

  private static Answer ask(CassandraOptions node, Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    socket.getOutputStream().write(startup());
    Frame greeting = read(in);
    if (greeting.opcode() != READY) {
      return new Answer.Stranger("it wants a password");
    }
    socket.getOutputStream().write(query(COMMIT_LOG));
    Frame result = read(in);
    if (result.opcode() != RESULT) {
      return new Answer.Stranger("it does not say whose it is");
    }
    String commitLog = value(result.body());
    if (commitLog.isEmpty()) {
      return new Answer.Stranger("it does not say whose it is");
    }
    if (!Path.of(commitLog).equals(node.commitLog())) {
      return new Answer.Stranger("its commit log is in " + commitLog);
    }
    return node.peers() == 0 ? new Answer.Own() : askPeers(node, socket, in);
  }

  private static Answer askPeers(CassandraOptions node, Socket socket, DataInputStream in)
      throws IOException {
    socket.getOutputStream().write(query(PEERS));
    Frame result = read(in);
    int peers = result.opcode() == RESULT ? rows(result.body()) : 0;
    return peers >= node.peers() ? new Answer.Own() : new Answer.Joining(peers);
  }

  private static byte[] startup() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(body);
    out.writeShort(1);
    out.writeUTF("CQL_VERSION");
    out.writeUTF("3.0.0");
    return frame(STARTUP, body.toByteArray());
  }

  private static byte[] query(String cql) throws IOException {
    byte[] query = cql.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(body);
    out.writeInt(query.length);
    out.write(query);
    out.writeShort(ONE);
    out.writeByte(0);
    return frame(QUERY, body.toByteArray());
  }

  private static byte[] frame(int opcode, byte[] body) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(frame);
    out.writeByte(REQUEST);
    out.writeByte(0);
    out.writeShort(0);
    out.writeByte(opcode);
    out.writeInt(body.length);
    out.write(body);
    return frame.toByteArray();
  }

  private record Frame(int opcode, DataInputStream body) {}

  private static Frame read(DataInputStream in) throws IOException {
    int version = in.readUnsignedByte();
    in.skipNBytes(3);
    int opcode = in.readUnsignedByte();
    int length = in.readInt();
    if (version != RESPONSE || length < 0 || length > MAX_BODY_BYTES) {
      throw new IOException("not a CQL response");
    }
    byte[] body = new byte[length];
    in.readFully(body);
    return new Frame(opcode, new DataInputStream(new ByteArrayInputStream(body)));
  }

  /** Of the only column of the only row; empty if there is none. */
  private static String value(DataInputStream body) throws IOException {
    int length = rows(body) == 1 ? body.readInt() : -1;
    return length < 0 ? "" : new String(body.readNBytes(length), StandardCharsets.UTF_8);
  }

  /**
   * How many there are, of one column of a simple type; what follows in {@code body} is the rows.
   */
  private static int rows(DataInputStream body) throws IOException {
    if (body.readInt() != ROWS) {
      return 0;
    }
    boolean oneTable = (body.readInt() & 1) != 0;
    int columns = body.readInt();
    if (columns != 1 || !oneTable) {
      return 0;
    }
    body.readUTF();
    body.readUTF();
    body.readUTF();
    body.readUnsignedShort();
    return body.readInt();
  }
}

package io.breakwater.loadtest.chaos.stored;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.breakwater.client.core.ConversationId;
import io.breakwater.client.core.MessageId;
import io.breakwater.client.core.UserId;
import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.history.Recorder;
import io.breakwater.loadtest.chaos.payload.Content;
import io.breakwater.loadtest.chaos.payload.Conversation;
import io.breakwater.loadtest.chaos.payload.Device;
import io.breakwater.loadtest.chaos.payload.Payloads;
import io.breakwater.loadtest.chaos.phones.Crowd;
import io.breakwater.loadtest.verdict.TrialFailure;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Message;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads all messages that storage holds, and records them. Servers write them with a delay of some
 * seconds: whoever calls waits for that.
 *
 * <p>A body is the entry that went into the recipient's mailbox, as clients get it: its protobuf is
 * the client's. It has to name the same message as its row.
 *
 * <p>A message of somebody who is not of the campaign, and a message without its row in {@code
 * origins} or the other way round, is a trouble of the crowd: no fact says that.
 */
public final class StoredMessages {
  static final String DATACENTER = "datacenter1";
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int ROWS_PER_PAGE = 1_000;
  private static final String NAME = "[a-z][a-z0-9_]{0,47}";

  private final CqlSession session;
  private final String keyspace;
  private final Crowd crowd;
  private final Payloads payloads;
  private final Recorder recorder;

  /** Messages that no origin was found for yet. */
  private final Set<StoredOrigin> messages = new HashSet<>();

  private long recorded;

  private StoredMessages(
      CqlSession session, String keyspace, Crowd crowd, Payloads payloads, Recorder recorder) {
    this.session = session;
    this.keyspace = keyspace;
    this.crowd = crowd;
    this.payloads = payloads;
    this.recorder = recorder;
  }

  /**
   * Reads them, with LOCAL_QUORUM, and records each, and that it was all.
   *
   * @return how many were recorded
   * @throws TrialFailure if Cassandra cannot be reached, or does not answer
   */
  public static long read(
      InetSocketAddress cql, String keyspace, Crowd crowd, Payloads payloads, Recorder recorder) {
    if (!keyspace.matches(NAME)) {
      throw new IllegalArgumentException("keyspace: %s (expected: %s)".formatted(keyspace, NAME));
    }
    DriverConfigLoader config =
        DriverConfigLoader.programmaticBuilder()
            .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, TIMEOUT)
            .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, TIMEOUT)
            .withBoolean(DefaultDriverOption.METADATA_SCHEMA_ENABLED, false)
            .build();
    try (CqlSession session =
        CqlSession.builder()
            .addContactPoint(cql)
            .withLocalDatacenter(DATACENTER)
            .withConfigLoader(config)
            .build()) {
      return new StoredMessages(session, keyspace, crowd, payloads, recorder).readAll();
    } catch (DriverException | IllegalStateException e) {
      throw new TrialFailure(
          "messages cannot be read from Cassandra at %s: %s".formatted(cql, e.getMessage()), e);
    }
  }

  private long readAll() {
    scan("SELECT conversation, message_id, origin, body FROM %s.messages", this::message);
    scan(
        "SELECT conversation, sender, device, client_id, message_id FROM %s.origins", this::origin);
    messages.forEach(message -> crowd.troubles().add("stored without its origin: " + message));
    recorder.record((number, ms) -> new Fact.StorageRead(number, ms, recorded));
    return recorded;
  }

  private void scan(String query, Consumer<Row> reader) {
    session
        .execute(
            SimpleStatement.newInstance(query.formatted(keyspace))
                .setPageSize(ROWS_PER_PAGE)
                .setConsistencyLevel(DefaultConsistencyLevel.LOCAL_QUORUM))
        .forEach(reader);
  }

  private void message(Row row) {
    StoredOrigin origin;
    Message body;
    try {
      origin =
          StoredOrigin.ofMessage(
              blob(row, "conversation"), blob(row, "message_id"), blob(row, "origin"));
      body = Entry.parseFrom(ByteString.copyFrom(blob(row, "body"))).getMessage();
      if (!StoredOrigin.ofBody(body).equals(origin)) {
        crowd.troubles().add("stored with the body of another message: " + origin);
      }
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      crowd.troubles().add("a row of messages cannot be read: " + e.getMessage());
      return;
    }
    messages.add(origin);
    Device sender = crowd.people().device(origin.sender(), origin.device());
    Integer to = crowd.people().user(UserId.of(body.getTo()));
    if (sender == null || to == null) {
      crowd.troubles().add("stored, and not of this campaign: " + origin);
      return;
    }
    Conversation conversation = Conversation.of(sender.user(), to);
    Content content = payloads.read(body.getPayload().toByteArray());
    recorder.record(
        (number, ms) ->
            new Fact.Stored(
                number, ms, sender, conversation, origin.clientId(), origin.message(), content));
    recorded++;
  }

  private void origin(Row row) {
    StoredOrigin origin =
        new StoredOrigin(
            ConversationId.of(ByteString.copyFrom(blob(row, "conversation"))),
            UserId.of(ByteString.copyFrom(blob(row, "sender"))),
            row.getInt("device"),
            row.getLong("client_id"),
            MessageId.of(ByteString.copyFrom(blob(row, "message_id"))));
    if (!messages.remove(origin)) {
      crowd.troubles().add("an origin without its message: " + origin);
    }
  }

  private static ByteBuffer blob(Row row, String column) {
    return Objects.requireNonNull(row.getByteBuffer(column), column);
  }
}

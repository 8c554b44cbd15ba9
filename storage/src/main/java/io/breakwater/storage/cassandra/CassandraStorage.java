package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import io.breakwater.storage.AccountStore;
import io.breakwater.storage.HistoryStore;
import io.breakwater.storage.IncarnationStore;
import io.breakwater.storage.JournalStore;
import io.breakwater.storage.MailboxStore;
import io.breakwater.storage.Storage;
import io.breakwater.storage.StorageException;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.TurnWaits;
import io.breakwater.storage.ViewStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.CompletionStage;

/**
 * All durable state, in Cassandra. Statements are prepared, routed to a replica, and consistent by
 * LOCAL_QUORUM and LOCAL_SERIAL; calls in flight are bounded by class. When Cassandra was away,
 * calls succeed again within about two seconds of its return.
 */
public final class CassandraStorage implements Storage {
  private final CqlSession session;
  private final StorageLayout layout;
  private final Requests requests;
  private final JournalStore journal;
  private final IncarnationStore incarnations;
  private final ViewStore views;
  private final MailboxStore mailboxes;
  private final HistoryStore history;
  private final AccountStore accounts;

  private CassandraStorage(
      CqlSession session, CassandraConfig config, StorageLayout layout, MeterRegistry registry) {
    this.session = session;
    this.layout = layout;
    requests = new Requests(session, registry);
    Statements statements = new Statements(session);
    journal = new CassandraJournal(requests, statements);
    incarnations = new CassandraIncarnations(requests, statements);
    views = new CassandraViews(requests, statements);
    mailboxes = new CassandraMailboxes(requests, statements, layout);
    history = new CassandraHistory(requests, statements, layout, config.historyRetention());
    accounts = new CassandraAccounts(requests, statements);
  }

  /**
   * Connects, creates or migrates the keyspace, and prepares every statement; blocks for seconds,
   * at the first start of a cluster longer. Any number of nodes may do so at once.
   *
   * @param layout of a new keyspace. In an existing one, where rows are was fixed when it was
   *     created: {@link #layout} says what holds, and a difference is logged; the TTLs are taken
   *     from here
   * @throws StorageException.Unavailable if Cassandra does not answer; it may later
   * @throws StorageException.Broken if waiting would not help: the keyspace was made by other
   *     migrations, the datacenter does not exist, Cassandra wants a password
   */
  public static CassandraStorage connect(
      CassandraConfig config, StorageLayout layout, MeterRegistry registry) {
    CqlSession session = new Sessions(config).open();
    try {
      return new CassandraStorage(
          session, config, Schema.migrate(session, config, layout), registry);
    } catch (DriverException | StorageException e) {
      session.close();
      throw DriverErrors.translate(Kind.REGISTRY, e);
    }
  }

  @Override
  public JournalStore journal() {
    return journal;
  }

  @Override
  public IncarnationStore incarnations() {
    return incarnations;
  }

  @Override
  public ViewStore views() {
    return views;
  }

  @Override
  public MailboxStore mailboxes() {
    return mailboxes;
  }

  @Override
  public HistoryStore history() {
    return history;
  }

  @Override
  public AccountStore accounts() {
    return accounts;
  }

  @Override
  public StorageLayout layout() {
    return layout;
  }

  @Override
  public TurnWaits turnWaits() {
    return new TurnWaits(
        requests.waits(Kind.ACCOUNT), requests.waits(Kind.PAGE), requests.waits(Kind.CONDITIONAL));
  }

  /** How durable an acknowledged write is: the weakest setting of all nodes of the datacenter. */
  public CompletionStage<DurabilitySetting> durability() {
    return requests.call(Kind.REGISTRY, () -> Durability.read(session, requests));
  }

  /** Calls that are in flight fail; blocks until the connections are closed. */
  @Override
  public void close() {
    session.close();
  }
}

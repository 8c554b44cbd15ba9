package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.UserId;
import io.breakwater.common.secret.SecretHash;
import io.breakwater.storage.AccountStore;
import io.breakwater.storage.StorageException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

final class CassandraAccounts implements AccountStore {
  private final Requests requests;
  private final PreparedStatement claim;
  private final PreparedStatement owner;
  private final PreparedStatement find;
  private final PreparedStatement addAccount;
  private final PreparedStatement addDevice;
  private final PreparedStatement revoke;
  private final PreparedStatement devices;

  CassandraAccounts(Requests requests, Statements statements) {
    this.requests = requests;
    claim =
        statements.conditional(
            "INSERT INTO handles (handle, user_id, sign_up_hash) VALUES (?, ?, ?) IF NOT EXISTS");
    owner = statements.serialRead("SELECT user_id, sign_up_hash FROM handles WHERE handle = ?");
    find = statements.read("SELECT user_id FROM handles WHERE handle = ?");
    addAccount =
        statements.write("INSERT INTO accounts (user_id, created) VALUES (?, ?) USING TIMESTAMP ?");
    addDevice =
        statements.write(
            "INSERT INTO devices (user_id, device, token_hash, since_entry_id) VALUES (?, ?, ?, ?)"
                + " USING TIMESTAMP ?");
    // Nothing ever writes anything else there, so any fixed timestamp will do.
    revoke =
        statements.write(
            "UPDATE devices USING TIMESTAMP 1 SET revoked = true WHERE user_id = ? AND device = ?");
    devices =
        statements.read(
            "SELECT device, token_hash, since_entry_id, revoked FROM devices WHERE user_id = ?");
  }

  @Override
  public CompletionStage<Claim> claimHandle(String handle, UserId user, SecretHash signUp) {
    return requests.call(
        Kind.CONDITIONAL,
        () ->
            Attempt.of(requests, claim.bind(handle, blob(user), ByteBuffer.wrap(signUp.bytes())))
                .thenCompose(
                    attempt ->
                        attempt == Attempt.APPLIED
                            ? CompletableFuture.completedStage(new Claim.Claimed())
                            : resolve(handle, user, signUp)));
  }

  private CompletionStage<Claim> resolve(String handle, UserId user, SecretHash signUp) {
    return requests
        .send(owner.bind(handle))
        .thenApply(
            answer -> {
              Row row = answer.one();
              if (row == null) {
                // It may still be on its way to Cassandra.
                throw new StorageException.UnknownOutcome("handle: nobody's yet", null);
              }
              boolean same =
                  user.equals(Blobs.id(row, "user_id", UserId::of))
                      && signUp.equals(SecretHash.stored(Blobs.array(row, "sign_up_hash")));
              return same ? new Claim.Claimed() : new Claim.Taken();
            });
  }

  private static ByteBuffer blob(UserId user) {
    return ByteBuffer.wrap(user.bytes());
  }

  @Override
  public CompletionStage<Optional<UserId>> findHandle(String handle) {
    return requests.call(
        Kind.ACCOUNT,
        () ->
            requests
                .send(find.bind(handle))
                .thenApply(
                    answer ->
                        Optional.ofNullable(answer.one())
                            .map(row -> Blobs.id(row, "user_id", UserId::of))));
  }

  /** Both rows have the same partition key, so the batch is one mutation. */
  @Override
  public CompletionStage<Void> createAccount(UserId user, Device device, long timeMs) {
    return requests.write(
        Kind.ACCOUNT,
        () ->
            Statements.batch()
                .addStatement(
                    addAccount.bind(blob(user), Instant.ofEpochMilli(timeMs), micros(timeMs)))
                .addStatement(insert(user, device, timeMs))
                .build());
  }

  private BoundStatement insert(UserId user, Device device, long timeMs) {
    return addDevice.bind(
        blob(user),
        device.id().value(),
        ByteBuffer.wrap(device.token().bytes()),
        device.sinceEntryId(),
        micros(timeMs));
  }

  private static long micros(long timeMs) {
    return TimeUnit.MILLISECONDS.toMicros(timeMs);
  }

  @Override
  public CompletionStage<List<Device>> devices(UserId user) {
    return requests.call(
        Kind.ACCOUNT,
        () -> {
          List<Device> found = new ArrayList<>();
          return requests
              .scan(
                  devices.bind(blob(user)),
                  row -> {
                    // Without a token: revoked before it was added.
                    if (!row.isNull("token_hash")) {
                      found.add(device(row));
                    }
                    return true;
                  })
              .thenApply(all -> List.copyOf(found));
        });
  }

  private static Device device(Row row) {
    return new Device(
        new DeviceId(row.getInt("device")),
        SecretHash.stored(Blobs.array(row, "token_hash")),
        row.getLong("since_entry_id"),
        row.getBoolean("revoked"));
  }

  @Override
  public CompletionStage<Void> addDevice(UserId user, Device device, long timeMs) {
    return requests.write(Kind.ACCOUNT, () -> insert(user, device, timeMs));
  }

  @Override
  public CompletionStage<Void> revokeDevice(UserId user, DeviceId device) {
    return requests.write(Kind.ACCOUNT, () -> revoke.bind(blob(user), device.value()));
  }
}

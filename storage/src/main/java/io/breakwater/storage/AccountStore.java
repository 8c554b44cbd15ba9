package io.breakwater.storage;

import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.UserId;
import io.breakwater.common.secret.SecretHash;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Accounts, devices and handles. */
public interface AccountStore {
  /**
   * A device row.
   *
   * @param sinceEntryId where its mailbox begins: entries above this are for it
   */
  record Device(DeviceId id, SecretHash token, long sinceEntryId, boolean revoked) {}

  /** Outcome of claiming a handle. */
  sealed interface Claim {
    /** The handle is this user's, now or since an earlier attempt. */
    record Claimed() implements Claim {}

    /** The handle is somebody else's. */
    record Taken() implements Claim {}
  }

  /**
   * Claims a handle: the one linearizable step of a sign-up. Safe to repeat; an unknown outcome is
   * resolved by a serial read before the stage completes.
   *
   * @param signUp hash of the sign-up id: the same user with another sign-up id does not own the
   *     handle
   */
  CompletionStage<Claim> claimHandle(String handle, UserId user, SecretHash signUp);

  /** Who has the handle. */
  CompletionStage<Optional<UserId>> findHandle(String handle);

  /** Writes the account and its first device. Idempotent. */
  CompletionStage<Void> createAccount(UserId user, Device device, long timeMs);

  /** All devices of a user, revoked ones too, by id; empty if there is no such account. */
  CompletionStage<List<Device>> devices(UserId user);

  /** Writes a further device. Idempotent: does not bring back a revoked one. */
  CompletionStage<Void> addDevice(UserId user, Device device, long timeMs);

  /** Revokes a device, for good. Idempotent. */
  CompletionStage<Void> revokeDevice(UserId user, DeviceId device);
}

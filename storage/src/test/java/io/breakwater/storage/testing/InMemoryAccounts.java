package io.breakwater.storage.testing;

import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.UserId;
import io.breakwater.common.secret.SecretHash;
import io.breakwater.storage.AccountStore;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

final class InMemoryAccounts implements AccountStore {
  private record Owner(UserId user, SecretHash signUp) {}

  private record DeviceKey(UserId user, DeviceId device) {}

  private record DeviceCell(Device device, long timeMs) {}

  private final Map<String, Owner> handles = new HashMap<>();
  private final Map<UserId, TreeMap<Integer, DeviceCell>> devices = new HashMap<>();
  private final Set<DeviceKey> revoked = new HashSet<>();

  @Override
  public CompletionStage<Claim> claimHandle(String handle, UserId user, SecretHash signUp) {
    Owner claimant = new Owner(user, signUp);
    Owner owner = handles.putIfAbsent(handle, claimant);
    return CompletableFuture.completedStage(
        owner == null || owner.equals(claimant) ? new Claim.Claimed() : new Claim.Taken());
  }

  @Override
  public CompletionStage<Optional<UserId>> findHandle(String handle) {
    return CompletableFuture.completedStage(
        Optional.ofNullable(handles.get(handle)).map(Owner::user));
  }

  @Override
  public CompletionStage<Void> createAccount(UserId user, Device device, long timeMs) {
    return addDevice(user, device, timeMs);
  }

  @Override
  public CompletionStage<List<Device>> devices(UserId user) {
    return CompletableFuture.completedStage(
        devices.getOrDefault(user, new TreeMap<>()).values().stream()
            .map(DeviceCell::device)
            .map(
                device ->
                    revoked.contains(new DeviceKey(user, device.id()))
                        ? new Device(device.id(), device.token(), device.sinceEntryId(), true)
                        : device)
            .toList());
  }

  @Override
  public CompletionStage<Void> addDevice(UserId user, Device device, long timeMs) {
    Device written = new Device(device.id(), device.token(), device.sinceEntryId(), false);
    devices
        .computeIfAbsent(user, absent -> new TreeMap<>())
        .merge(
            device.id().value(),
            new DeviceCell(written, timeMs),
            (old, next) -> next.timeMs() >= old.timeMs() ? next : old);
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Void> revokeDevice(UserId user, DeviceId device) {
    revoked.add(new DeviceKey(user, device));
    return CompletableFuture.completedStage(null);
  }
}

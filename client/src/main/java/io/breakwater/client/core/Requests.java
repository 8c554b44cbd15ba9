package io.breakwater.client.core;

import com.google.protobuf.ByteString;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.DeviceLinked;
import io.breakwater.proto.client.DeviceRevoked;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Found;
import io.breakwater.proto.client.LinkDevice;
import io.breakwater.proto.client.LookUp;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.RevokeDevice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Questions that have one answer. All are safe to repeat, so they wait for a session, go again
 * after a new one, after the return time of a refusal, and each {@value #ANSWER_MS} ms without an
 * answer: another node may get it then. One fails when it was not answered within {@value
 * #TOTAL_MS} ms; beyond {@value #MAX_REQUESTS} at a time further ones fail at once.
 */
final class Requests {
  private static final int MAX_REQUESTS = 256;
  private static final int MAX_CACHED = 10_000;
  private static final long ANSWER_MS = 10_000;
  private static final long TOTAL_MS = 60_000;

  private final Pending pending;
  private final Link link;
  private final Map<Integer, Request> open = new LinkedHashMap<>();
  private final Map<String, UserId> users = new LinkedHashMap<>();
  private int lastRequest;

  Requests(Pending pending, Link link) {
    this.pending = pending;
    this.link = link;
  }

  private static final class Request {
    final ClientFrame frame;
    final long giveUpMs;
    long transmitAtMs;
    long answerByMs = Link.NEVER;

    Request(ClientFrame frame, long nowMs) {
      this.frame = frame;
      giveUpMs = nowMs + TOTAL_MS;
      transmitAtMs = nowMs;
    }

    long wakeUpMs(boolean up) {
      return up ? Math.min(giveUpMs, Math.min(transmitAtMs, answerByMs)) : giveUpMs;
    }
  }

  int lookUp(String handle, long nowMs) {
    int request = next();
    UserId known = users.get(handle);
    if (known == null) {
      LookUp lookUp = LookUp.newBuilder().setRequest(request).setHandle(handle).build();
      add(request, ClientFrame.newBuilder().setLookUp(lookUp).build(), nowMs);
    } else {
      pending.notify(new Event.Found(request, handle, known));
    }
    return request;
  }

  int link(ByteString linkId, long nowMs) {
    int request = next();
    LinkDevice device = LinkDevice.newBuilder().setRequest(request).setLinkId(linkId).build();
    add(request, ClientFrame.newBuilder().setLinkDevice(device).build(), nowMs);
    return request;
  }

  int revoke(int device, long nowMs) {
    int request = next();
    RevokeDevice revoke = RevokeDevice.newBuilder().setRequest(request).setDevice(device).build();
    add(request, ClientFrame.newBuilder().setRevokeDevice(revoke).build(), nowMs);
    return request;
  }

  private int next() {
    lastRequest = lastRequest == Integer.MAX_VALUE ? 1 : lastRequest + 1;
    return lastRequest;
  }

  private void add(int number, ClientFrame frame, long nowMs) {
    if (open.size() >= MAX_REQUESTS) {
      String detail = "requests: " + open.size() + " open (expected: below " + MAX_REQUESTS + ')';
      pending.notify(new Event.RequestFailed(number, Reason.OVERLOADED, detail, ANSWER_MS));
      return;
    }
    open.put(number, new Request(frame, nowMs));
    tick(nowMs);
  }

  void attached(long nowMs) {
    for (Request request : open.values()) {
      if (request.answerByMs != Link.NEVER) {
        request.answerByMs = Link.NEVER;
        request.transmitAtMs = nowMs;
      }
    }
    tick(nowMs);
  }

  void tick(long nowMs) {
    for (Map.Entry<Integer, Request> entry : new ArrayList<>(open.entrySet())) {
      Request request = entry.getValue();
      if (nowMs >= request.giveUpMs) {
        fail(entry.getKey(), Reason.TIMED_OUT, "not answered in time", ANSWER_MS);
        continue;
      }
      if (link.isUp() && nowMs >= request.answerByMs) {
        link.overdue(nowMs);
        request.transmitAtMs = nowMs;
      }
      if (link.isUp() && nowMs >= request.transmitAtMs) {
        request.transmitAtMs = Link.NEVER;
        request.answerByMs = nowMs + ANSWER_MS;
        link.transmit(request.frame);
      }
    }
  }

  private void fail(int number, Reason reason, String detail, long returnAfterMs) {
    if (open.remove(number) != null) {
      pending.notify(new Event.RequestFailed(number, reason, detail, returnAfterMs));
    }
  }

  void failAll(Reason reason, String detail) {
    for (Integer number : new ArrayList<>(open.keySet())) {
      fail(number, reason, detail, 0);
    }
  }

  /** Whether this was asked for and is open: the answer to another question is none. */
  private boolean asked(int number, ClientFrame.BodyCase what) {
    Request request = open.get(number);
    return request != null && request.frame.getBodyCase() == what;
  }

  void found(Found frame) {
    if (asked(frame.getRequest(), ClientFrame.BodyCase.LOOK_UP)) {
      UserId user = UserId.of(frame.getUser());
      open.remove(frame.getRequest());
      users.put(frame.getHandle(), user);
      if (users.size() > MAX_CACHED) {
        users.remove(users.keySet().iterator().next());
      }
      pending.notify(new Event.Found(frame.getRequest(), frame.getHandle(), user));
    }
  }

  void linked(DeviceLinked frame) {
    if (asked(frame.getRequest(), ClientFrame.BodyCase.LINK_DEVICE)) {
      Credentials credentials =
          new Credentials(UserId.of(frame.getUser()), frame.getDevice(), frame.getToken());
      open.remove(frame.getRequest());
      pending.notify(
          new Event.Linked(frame.getRequest(), credentials, Position.of(frame.getCursor())));
    }
  }

  void revoked(DeviceRevoked frame) {
    if (asked(frame.getRequest(), ClientFrame.BodyCase.REVOKE_DEVICE)) {
      open.remove(frame.getRequest());
      pending.notify(new Event.Revoked(frame.getRequest(), frame.getDevice()));
    }
  }

  void failed(Error frame, long nowMs) {
    Request request = open.get(frame.getRequest());
    if (request == null) {
      return;
    }
    long againMs = nowMs + frame.getReturnAfterMs();
    if (frame.getReturnAfterMs() > 0 && againMs < request.giveUpMs) {
      request.answerByMs = Link.NEVER;
      request.transmitAtMs = againMs;
    } else {
      fail(frame.getRequest(), frame.getReason(), frame.getDetail(), frame.getReturnAfterMs());
    }
  }

  long wakeUpMs() {
    long wakeUpMs = Link.NEVER;
    for (Request request : open.values()) {
      wakeUpMs = Math.min(wakeUpMs, request.wakeUpMs(link.isUp()));
    }
    return wakeUpMs;
  }
}

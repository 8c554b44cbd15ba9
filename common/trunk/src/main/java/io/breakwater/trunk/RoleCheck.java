package io.breakwater.trunk;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Lets only processes of one role call a service; without TLS whoever reaches the port, since
 * nobody shows who they are.
 */
public final class RoleCheck implements ServerInterceptor {
  private final Role role;

  private RoleCheck(Role role) {
    this.role = role;
  }

  /** For what gateways call. */
  public static RoleCheck onlyGateways() {
    return new RoleCheck(Role.GATEWAY);
  }

  /** For what delivery nodes call. */
  public static RoleCheck onlyDeliveryNodes() {
    return new RoleCheck(Role.DELIVERY);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session == null || isCarried(session)) {
      return next.startCall(call, headers);
    }
    call.close(
        Status.PERMISSION_DENIED.withDescription("role: another (expected: " + role + ')'),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private boolean isCarried(SSLSession session) {
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate shown
          && role.isCarriedBy(shown);
    } catch (SSLPeerUnverifiedException e) {
      return false;
    }
  }
}

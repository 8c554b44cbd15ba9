package io.breakwater.common.certificate;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process shows its peers, and whom it trusts. Certificate and key belong together. ECDSA
 * P-256 alone: signing with RSA would cost a handshake ten times as much.
 *
 * @param chain the process's own certificate, then those above it
 * @param authorities whose certificates peers may show; empty where peers show none
 */
public record Identity(
    List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities) {
  private static final Pattern PEM_KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final BigInteger P256_ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  /**
   * Reads all.
   *
   * @throws UnusableCertificate if they are malformed, of another kind, or do not belong together
   */
  static Identity of(PemFiles files) throws UnusableCertificate {
    List<X509Certificate> chain = certificates("certificate", files.certificate());
    PrivateKey key = key(files.key());
    List<X509Certificate> authorities =
        files.authorities().isEmpty() ? List.of() : certificates("ca", files.authorities().get());
    Identity identity = new Identity(chain, key, authorities);
    identity.check();
    return identity;
  }

  private static List<X509Certificate> certificates(String what, String pem)
      throws UnusableCertificate {
    try {
      List<X509Certificate> certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (certificates.isEmpty()) {
        throw new UnusableCertificate(what + ": none (expected: PEM, at least one)");
      }
      return certificates;
    } catch (CertificateException e) {
      throw new UnusableCertificate(what + ": " + e.getMessage() + " (expected: PEM, X.509)", e);
    }
  }

  private static PrivateKey key(String pem) throws UnusableCertificate {
    Matcher matcher = PEM_KEY.matcher(pem);
    if (!matcher.find()) {
      throw new UnusableCertificate(
          "key: no PRIVATE KEY block (expected: PEM, PKCS #8, not encrypted, as `openssl pkcs8"
              + " -topk8 -nocrypt` writes it)");
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(matcher.group(1));
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // The cause's message may quote what it read.
      throw new UnusableCertificate("key: not of an elliptic curve (expected: ECDSA P-256)");
    }
  }

  private void check() throws UnusableCertificate {
    if (!(own().getPublicKey() instanceof ECPublicKey publicKey)
        || !publicKey.getParams().getOrder().equals(P256_ORDER)) {
      throw new UnusableCertificate(
          "certificate: " + own().getPublicKey().getAlgorithm() + " (expected: ECDSA P-256)");
    }
    try {
      byte[] sample = "sample".getBytes(StandardCharsets.US_ASCII);
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key);
      signature.update(sample);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(sample);
      if (!signature.verify(signed)) {
        throw new UnusableCertificate(
            "key: of another certificate (expected: that of the first one)");
      }
    } catch (GeneralSecurityException e) {
      throw new UnusableCertificate(
          "key: cannot sign for the certificate (expected: ECDSA P-256)", e);
    }
  }

  /** The process's own certificate. */
  public X509Certificate own() {
    return chain.getFirst();
  }

  /**
   * Does nothing while the own certificate holds.
   *
   * @throws UnusableCertificate before and after that
   */
  public void checkHoldsAt(Instant now) throws UnusableCertificate {
    Instant from = own().getNotBefore().toInstant();
    Instant until = own().getNotAfter().toInstant();
    if (now.isBefore(from) || now.isAfter(until)) {
      throw new UnusableCertificate(
          "certificate: holds from " + from + " until " + until + " (expected: at " + now + ')');
    }
  }

  /** When the certificate lapses, milliseconds since 1970. */
  public long expiresAtMs() {
    return own().getNotAfter().toInstant().toEpochMilli();
  }

  /** Keeps the key out of logs. */
  @Override
  public String toString() {
    return "Identity";
  }
}

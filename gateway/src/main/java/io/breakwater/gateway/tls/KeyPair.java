package io.breakwater.gateway.tls;

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
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate chain and its private key, which belong together. ECDSA P-256 alone: signing with
 * RSA would cost a handshake ten times as much.
 */
record KeyPair(List<X509Certificate> chain, PrivateKey key) {
  private static final Pattern PEM_KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final BigInteger P256_ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  /** The files cannot be used; the message never quotes the key. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1;

    Unusable(String message) {
      super(message);
    }

    Unusable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Reads both.
   *
   * @throws Unusable if they are malformed, of another kind, or do not belong together
   */
  static KeyPair of(PemFiles files) throws Unusable {
    KeyPair pair = new KeyPair(chain(files.certificate()), key(files.key()));
    pair.check();
    return pair;
  }

  private static List<X509Certificate> chain(String pem) throws Unusable {
    try {
      List<X509Certificate> chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (chain.isEmpty()) {
        throw new Unusable("certificate: none (expected: PEM, at least one)");
      }
      return chain;
    } catch (CertificateException e) {
      throw new Unusable("certificate: " + e.getMessage() + " (expected: PEM, X.509)", e);
    }
  }

  private static PrivateKey key(String pem) throws Unusable {
    Matcher matcher = PEM_KEY.matcher(pem);
    if (!matcher.find()) {
      throw new Unusable(
          "key: no PRIVATE KEY block (expected: PEM, PKCS #8, not encrypted, as `openssl pkcs8"
              + " -topk8 -nocrypt` writes it)");
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(matcher.group(1));
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // The cause's message may quote what it read.
      throw new Unusable("key: not of an elliptic curve (expected: ECDSA P-256)");
    }
  }

  private void check() throws Unusable {
    if (!(chain.getFirst().getPublicKey() instanceof ECPublicKey publicKey)
        || !publicKey.getParams().getOrder().equals(P256_ORDER)) {
      throw new Unusable(
          "certificate: "
              + chain.getFirst().getPublicKey().getAlgorithm()
              + " (expected: ECDSA P-256)");
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
        throw new Unusable("key: of another certificate (expected: that of the first one)");
      }
    } catch (GeneralSecurityException e) {
      throw new Unusable("key: cannot sign for the certificate (expected: ECDSA P-256)", e);
    }
  }

  /** When the certificate lapses, milliseconds since 1970. */
  long expiresAtMs() {
    return chain.getFirst().getNotAfter().toInstant().toEpochMilli();
  }
}

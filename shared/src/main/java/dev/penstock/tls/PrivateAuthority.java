package dev.penstock.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority for one installation, for a start without one. Keys are elliptic curve,
 * P-256.
 */
public final class PrivateAuthority {
  private static final Duration AUTHORITY_LIFE = Duration.ofDays(3652);

  /** What browsers still accept of a server. */
  private static final Duration LIFE = Duration.ofDays(397);

  /** Machines whose clocks are not quite the same. */
  private static final Duration CLOCKS_APART = Duration.ofHours(1);

  private static final int SERIAL_BITS = 127;
  private static final int NAME_BITS = 63;
  private static final String SIGNATURE = "SHA256withECDSA";
  private static final Pattern IP = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  private final SecureRandom random = new SecureRandom();
  private final X509Certificate certificate;
  private final PrivateKey key;
  private final Instant now;

  /**
   * A certificate that the authority signed, with its key.
   *
   * @param certificate to be shown
   * @param key to be kept
   */
  public record Issued(X509Certificate certificate, PrivateKey key) {}

  private PrivateAuthority(Instant now) {
    this.now = now;
    KeyPair pair = keyPair();
    this.key = pair.getPrivate();
    this.certificate = authority(pair);
  }

  private PrivateAuthority(X509Certificate certificate, PrivateKey key, Instant now) {
    this.certificate = certificate;
    this.key = key;
    this.now = now;
  }

  /** A new one. */
  public static PrivateAuthority create(Instant now) {
    return new PrivateAuthority(now);
  }

  /**
   * One whose files were kept.
   *
   * @throws UnusableCertificateException when they cannot be read
   */
  public static PrivateAuthority load(Path certificate, Path key, Instant now)
      throws UnusableCertificateException {
    X509Certificate own = Certificates.parse(Certificates.read(certificate), certificate).get(0);
    try (var reader = new PEMParser(Files.newBufferedReader(key))) {
      if (reader.readObject() instanceof PrivateKeyInfo info) {
        return new PrivateAuthority(own, new JcaPEMKeyConverter().getPrivateKey(info), now);
      }
      throw new UnusableCertificateException(key + " holds no private key in PEM form.");
    } catch (IOException e) {
      throw new UnusableCertificateException(key + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  public X509Certificate certificate() {
    return certificate;
  }

  public PrivateKey key() {
    return key;
  }

  /** For the internal listener of routers. */
  public Issued router() {
    return issue(
        "Penstock router", List.of(InternalTls.ROUTER_NAME), KeyPurposeId.id_kp_serverAuth);
  }

  /** For workers. */
  public Issued worker() {
    return issue("Penstock worker", List.of(), KeyPurposeId.id_kp_clientAuth);
  }

  /**
   * For the public listener.
   *
   * @param hosts names and IP addresses by which clients reach it
   */
  public Issued server(List<String> hosts) {
    return issue("Penstock", hosts, KeyPurposeId.id_kp_serverAuth);
  }

  private X509Certificate authority(KeyPair pair) {
    // Whose certificate it is shows by its issuer, so that no two authorities share a name.
    var name = new X500Name("CN=Penstock installation " + new BigInteger(NAME_BITS, random));
    return signed(
        builder(name, name, pair.getPublic(), AUTHORITY_LIFE),
        pair.getPublic(),
        pair.getPublic(),
        pair.getPrivate(),
        builder -> {
          builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
          builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
        });
  }

  private Issued issue(String name, List<String> hosts, KeyPurposeId purpose) {
    KeyPair pair = keyPair();
    var issuer = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    X509Certificate issued =
        signed(
            builder(issuer, new X500Name("CN=" + name), pair.getPublic(), LIFE),
            pair.getPublic(),
            certificate.getPublicKey(),
            key,
            builder -> {
              builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
              builder.addExtension(
                  Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
              builder.addExtension(
                  Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
              if (!hosts.isEmpty()) {
                builder.addExtension(Extension.subjectAlternativeName, false, names(hosts));
              }
            });
    return new Issued(issued, pair.getPrivate());
  }

  private X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, PublicKey holder, Duration life) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, random),
        Date.from(now.minus(CLOCKS_APART)),
        Date.from(now.plus(life)),
        subject,
        holder);
  }

  /** What a certificate says beyond who holds it. */
  private interface Extensions {
    void addTo(X509v3CertificateBuilder builder) throws IOException;
  }

  private static X509Certificate signed(
      X509v3CertificateBuilder builder,
      PublicKey holder,
      PublicKey issuer,
      PrivateKey signer,
      Extensions extensions) {
    try {
      var ids = new JcaX509ExtensionUtils();
      extensions.addTo(builder);
      builder.addExtension(
          Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(holder));
      builder.addExtension(
          Extension.authorityKeyIdentifier, false, ids.createAuthorityKeyIdentifier(issuer));
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(signer)));
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("This Java cannot make certificates: " + e.getMessage(), e);
    }
  }

  private static ASN1Encodable names(List<String> hosts) {
    return new GeneralNames(hosts.stream().map(PrivateAuthority::name).toArray(GeneralName[]::new));
  }

  private static GeneralName name(String host) {
    if (!IP.matcher(host).matches()) {
      return new GeneralName(GeneralName.dNSName, host);
    }
    try {
      return new GeneralName(
          GeneralName.iPAddress, InetAddress.getByName(host).getHostAddress().split("%")[0]);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("'" + host + "' is neither a name nor an IP address", e);
    }
  }

  private static KeyPair keyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java cannot make keys: " + e.getMessage(), e);
    }
  }
}

package dev.penstock.router.strangers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What somebody did wrong who came to a listener. */
enum Mistake {
  JOINS_HERE(
      "%s speaks to the %s as workers and routers speak to the cluster port: its --join names the"
          + " wrong port of this router. The cluster port is 5701 unless --cluster-port says"
          + " otherwise."),
  HAS_A_CERTIFICATE_AND_WE_NONE(
      "%s speaks TLS to the %s, and this router has no certificate for it: give --internal-tls-cert,"
          + " --internal-tls-key and --internal-tls-ca here, or leave them away there."),
  HAS_NO_CERTIFICATE(
      "%s comes to the %s without a certificate and is not let in: a worker needs"
          + " --internal-tls-cert, --internal-tls-key and --internal-tls-ca."),
  /** Who has one that nobody here asks for shows none. */
  HAS_A_WRONG_CERTIFICATE(
      "%s comes to the %s with TLS and without a certificate that is good here, and is not let in: it"
          + " has none, it is over or for another role, or another authority signed it than that of"
          + " --internal-tls-ca."),
  WANTS_ANOTHER_CERTIFICATE(
      "%s does not believe the certificate that the %s shows: it is over or not one of a router, or"
          + " another authority signed it than that of --internal-tls-ca there.");

  /** How routers and workers begin at a cluster port. */
  private static final Pattern CLUSTER = Pattern.compile("HZC|CP2");

  /** A handshake record of TLS, and the major version. */
  private static final Pattern TLS = Pattern.compile("\\x16\\x03.");

  private static final Pattern NOT_TLS = Pattern.compile("not an SSL/TLS record: ([0-9a-f]{6})");

  private final String sentence;

  Mistake(String sentence) {
    this.sentence = sentence;
  }

  /**
   * @param who its address, when it is known
   */
  String sentence(@Nullable String who, Listener listener) {
    return sentence.formatted(who == null ? "Somebody" : who, listener.label);
  }

  /** What begins so at a listener without TLS; null when it may be what belongs there. */
  static @Nullable Mistake inPlain(byte[] first, Listener listener) {
    String text = new String(first, ISO_8859_1);
    if (CLUSTER.matcher(text).matches()) {
      return JOINS_HERE;
    }
    return listener == Listener.INTERNAL && TLS.matcher(text).matches()
        ? HAS_A_CERTIFICATE_AND_WE_NONE
        : null;
  }

  /** What makes a handshake fail so; null when that is of no interest. */
  static @Nullable Mistake inHandshake(Throwable failure, Listener listener) {
    String said = words(failure);
    Matcher plain = NOT_TLS.matcher(said);
    if (plain.find()) {
      if (CLUSTER.matcher(ascii(plain.group(1))).matches()) {
        return JOINS_HERE;
      }
      return listener == Listener.INTERNAL ? HAS_NO_CERTIFICATE : null;
    }
    if (listener == Listener.PUBLIC) {
      return null;
    }
    String lower = said.toLowerCase(Locale.ROOT);
    if (lower.contains("fatal alert")
        && (lower.contains("certificate") || lower.contains("unknown_ca"))) {
      return WANTS_ANOTHER_CERTIFICATE;
    }
    return lower.contains("empty client certificate")
            || lower.contains("certpath")
            || lower.contains("certification path")
            || lower.contains("pkix")
            || lower.contains("certificateexception")
            || lower.contains("certificateexpired")
            || lower.contains("validatorexception")
        ? HAS_A_WRONG_CERTIFICATE
        : null;
  }

  /** The failure and what caused it, each named. */
  private static String words(Throwable failure) {
    var words = new StringBuilder();
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 10; depth++, cause = cause.getCause()) {
      words.append(cause).append('\n');
    }
    return words.toString();
  }

  private static String ascii(String hex) {
    var text = new StringBuilder();
    for (int i = 0; i < hex.length(); i += 2) {
      text.append((char) Integer.parseInt(hex.substring(i, i + 2), 16));
    }
    return text.toString();
  }
}

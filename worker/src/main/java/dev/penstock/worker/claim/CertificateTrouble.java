package dev.penstock.worker.claim;

import java.util.Locale;

/** Why a router's internal listener is not reached, as far as certificates have to do with it. */
final class CertificateTrouble {
  private static final int DEPTH = 10;

  private CertificateTrouble() {}

  /**
   * Our sentence, and in brackets what the failure says.
   *
   * @param haveOne whether this worker was given a certificate
   */
  static String sentence(Throwable failure, boolean haveOne) {
    String said = words(failure);
    return meaning(said.toLowerCase(Locale.ROOT), haveOne) + " (" + brief(failure) + ")";
  }

  private static String meaning(String said, boolean haveOne) {
    if (!haveOne) {
      // A listener with TLS hangs up on whoever speaks without, or answers with an alert.
      return said.contains("closed") || said.contains("invalid") || said.contains("version")
          ? "it may want a certificate, and this worker has none: give --internal-tls-cert,"
              + " --internal-tls-key and --internal-tls-ca if the router has them"
          : "check that the router advertises an address this machine reaches";
    }
    if (said.contains("not an ssl/tls record") || said.contains("plaintext connection")) {
      return "it shows no certificate: the router was started without --internal-tls-cert";
    }
    // What it says before it hangs up may be lost.
    if (said.contains("fatal alert") || said.contains("closed")) {
      return "it does not take this worker's certificate: that is over or one of a router, or another"
          + " authority signed it than that of the router's --internal-tls-ca";
    }
    if (said.contains("certificate") || said.contains("pkix") || said.contains("validator")) {
      return "its certificate is not good: it is over or not one of a router, or another authority"
          + " signed it than that of --internal-tls-ca";
    }
    return "check that the router advertises an address this machine reaches";
  }

  private static String words(Throwable failure) {
    var words = new StringBuilder();
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < DEPTH; depth++, cause = cause.getCause()) {
      words.append(cause).append('\n');
    }
    return words.toString();
  }

  /** Of a failed handshake only the innermost failure says what is wrong. */
  private static String brief(Throwable failure) {
    Throwable innermost = failure;
    for (int depth = 0; innermost.getCause() != null && depth < DEPTH; depth++) {
      innermost = innermost.getCause();
    }
    return innermost == failure
        ? String.valueOf(failure.getMessage())
        : failure.getMessage() + ": " + innermost.getMessage();
  }
}

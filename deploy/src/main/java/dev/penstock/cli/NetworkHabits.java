package dev.penstock.cli;

import java.security.Security;

/** What the Java machine does on networks beyond what its libraries can be told. */
final class NetworkHabits {
  private NetworkHabits() {}

  /** To be called before the first use of a network. */
  static void set() {
    // Routers behind a name come and go; Java believes an answer for 30 s, and for 10 s that there
    // is none. What the user has set stays.
    if (Security.getProperty("networkaddress.cache.ttl") == null) {
      Security.setProperty("networkaddress.cache.ttl", "5");
    }
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
    // A client could have keys negotiated again and again on one TLS 1.2 connection.
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
  }
}

package dev.penstock.tls;

import java.time.Instant;

/** What a process shows to prove who it is, and whom it believes. Equal when the files are. */
public sealed interface Credentials permits PublicTls, InternalTls {
  /** When the first of the certificates is over, by this machine's calendar. */
  Instant expires();
}

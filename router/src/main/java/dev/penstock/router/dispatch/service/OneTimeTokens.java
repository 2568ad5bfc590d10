package dev.penstock.router.dispatch.service;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Supplier;

/** Tokens of leases: 128 random bits in hex, never guessed and never given twice. */
final class OneTimeTokens implements Supplier<String> {
  private static final int BYTES = 16;

  private final SecureRandom random = new SecureRandom();

  @Override
  public String get() {
    byte[] token = new byte[BYTES];
    random.nextBytes(token);
    return HexFormat.of().formatHex(token);
  }
}

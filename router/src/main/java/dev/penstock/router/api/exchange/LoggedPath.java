package dev.penstock.router.api.exchange;

import java.util.Locale;

/** Paths as they may stand in logs. */
final class LoggedPath {
  private static final String KEY = "api_key";
  private static final int LONGEST = 1_000;
  private static final int LONGEST_METHOD = 32;

  private LoggedPath() {}

  /** Without what follows a key's name: a query whose {@code ?} was encoded is part of the path. */
  static String of(String path) {
    int at = path.toLowerCase(Locale.ROOT).indexOf(KEY);
    int end = at < 0 ? path.length() : at + KEY.length();
    boolean whole = at < 0 && end <= LONGEST;
    return whole ? path : path.substring(0, Math.min(end, LONGEST)) + "…";
  }

  /** Clients may invent methods of any length. */
  static String method(String method) {
    return method.length() <= LONGEST_METHOD ? method : method.substring(0, LONGEST_METHOD) + "…";
  }
}

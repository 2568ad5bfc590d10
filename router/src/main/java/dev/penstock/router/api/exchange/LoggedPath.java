package dev.penstock.router.api.exchange;

import java.util.Locale;

/** Paths as they may stand in logs. */
final class LoggedPath {
  private static final String KEY = "api_key";

  private LoggedPath() {}

  /** Without what follows a key's name: a query whose {@code ?} was encoded is part of the path. */
  static String of(String path) {
    int at = path.toLowerCase(Locale.ROOT).indexOf(KEY);
    return at < 0 ? path : path.substring(0, at + KEY.length()) + "…";
  }
}

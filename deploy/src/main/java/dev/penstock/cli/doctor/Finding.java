package dev.penstock.cli.doctor;

import java.util.Locale;

/**
 * What one look found.
 *
 * @param level whether it is good
 * @param check what was looked at
 * @param text what was found, and what to do about it
 */
record Finding(Level level, String check, String text) {
  enum Level {
    OK,
    /** It runs, but not as it should. */
    WARN,
    /** It would not start, or not work. */
    FAIL;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding ok(String check, String text) {
    return new Finding(Level.OK, check, text);
  }

  static Finding warn(String check, String text) {
    return new Finding(Level.WARN, check, text);
  }

  static Finding fail(String check, String text) {
    return new Finding(Level.FAIL, check, text);
  }
}

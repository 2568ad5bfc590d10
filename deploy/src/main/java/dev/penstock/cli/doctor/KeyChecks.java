package dev.penstock.cli.doctor;

import dev.penstock.router.admission.keys.KeyFileException;
import dev.penstock.router.admission.keys.KeyFileWatch;
import dev.penstock.telemetry.Ticker;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The file of API keys. */
final class KeyChecks {
  private KeyChecks() {}

  static List<Finding> all(@Nullable Path file) {
    if (file == null) {
      return List.of();
    }
    try {
      KeyFileWatch.open(file, Ticker.SYSTEM).close();
      return List.of(Finding.ok("keys", file + " can be used"));
    } catch (KeyFileException e) {
      return List.of(Finding.fail("keys", "--keys: " + e.getMessage()));
    }
  }
}

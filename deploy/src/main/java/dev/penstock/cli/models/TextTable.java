package dev.penstock.cli.models;

import java.util.List;
import java.util.Locale;

/** Rows of text in columns. */
final class TextTable {
  private static final long MEGA = 1_000_000;

  private TextTable() {}

  /**
   * @param rows of the same length, with a head
   */
  static String of(List<List<String>> rows) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    rows.forEach(
        row -> {
          for (int i = 0; i < columns; i++) {
            widths[i] = Math.max(widths[i], row.get(i).length());
          }
        });
    var text = new StringBuilder();
    for (List<String> row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** Megabytes of 1000, as disks and downloads count them. */
  static String size(long bytes) {
    return String.format(Locale.ROOT, "%.1f MB", (double) bytes / MEGA);
  }
}

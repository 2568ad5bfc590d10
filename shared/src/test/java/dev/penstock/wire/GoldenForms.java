package dev.penstock.wire;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Bytes as some version of this program wrote them, by name.
 *
 * @param forms in the order of the file
 */
record GoldenForms(Map<String, byte[]> forms) {
  /**
   * Reads lines of a name and bytes in hex; {@code #} begins a remark.
   *
   * @param file beside this class
   */
  static GoldenForms of(String file) {
    var forms = new LinkedHashMap<String, byte[]>();
    try (InputStream in = Objects.requireNonNull(GoldenForms.class.getResourceAsStream(file));
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] words = line.split(" ");
          forms.put(words[0], HexFormat.of().parseHex(words[1]));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new GoldenForms(forms);
  }

  byte[] bytes(String name) {
    return Objects.requireNonNull(forms.get(name), name);
  }

  String text(String name) {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }
}

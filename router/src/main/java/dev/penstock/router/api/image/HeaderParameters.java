package dev.penstock.router.api.image;

import org.jspecify.annotations.Nullable;

/**
 * The parameters of a header like {@code form-data; name="file"; filename="a.jpg"}, read as Python
 * reads them: names in any case, blanks around everything, the last of several counts, and what is
 * no parameter is passed over. One pass, whatever there is.
 */
final class HeaderParameters {
  private final String header;
  private int at;

  private HeaderParameters(String header) {
    this.header = header;
    this.at = 0;
  }

  /** The value of a parameter, null when it is not there; empty when it has none. */
  static @Nullable String last(String header, String name) {
    return new HeaderParameters(header).find(name);
  }

  private @Nullable String find(String wanted) {
    String found = null;
    skipTo(";"); // what the header is itself
    while (at < header.length()) {
      at++;
      int start = at;
      skipTo(";=");
      boolean named = header.substring(start, at).strip().equalsIgnoreCase(wanted);
      String value = at < header.length() && header.charAt(at) == '=' ? value() : "";
      if (named) {
        found = value;
      }
    }
    return found;
  }

  /** From the sign of equality to the next semicolon, which may stand in quotes. */
  private String value() {
    at++;
    while (at < header.length() && isBlank(header.charAt(at))) {
      at++;
    }
    int start = at;
    if (at < header.length() && header.charAt(at) == '"') {
      String quoted = quoted();
      if (quoted != null) {
        skipTo(";");
        return quoted;
      }
      at = start;
    }
    skipTo(";");
    return header.substring(start, at).strip();
  }

  /** Null when the quotes never close. */
  private @Nullable String quoted() {
    var text = new StringBuilder();
    for (at++; at < header.length(); at++) {
      char c = header.charAt(at);
      if (c == '"') {
        at++;
        return text.toString();
      }
      boolean escape = c == '\\' && at + 1 < header.length() && isQuotable(header.charAt(at + 1));
      if (escape) {
        at++;
      }
      text.append(header.charAt(at));
    }
    return null;
  }

  /** Browsers escape these two; in what is left a backslash is part of a path of Windows. */
  private static boolean isQuotable(char c) {
    return c == '"' || c == '\\';
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private void skipTo(String ends) {
    while (at < header.length() && ends.indexOf(header.charAt(at)) < 0) {
      at++;
    }
  }
}

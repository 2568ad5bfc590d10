package dev.penstock.router.api.image;

import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The host of a URL.
 *
 * @param lookup what is looked up: a name in ASCII, or an address
 * @param shown what the server is told: an address of version 6 in brackets, without a zone; a name
 *     without the dot at its end, which no certificate has
 */
record UrlHost(String lookup, String shown) {
  /** Of a name in RFC 1035, with the dot at its end. */
  private static final int LONGEST = 254;

  private static final Pattern NAME = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*\\.?");

  /**
   * The last label of a name has a letter, but is no number in hexadecimal, as addresses may be.
   */
  private static final Pattern QUALIFIED =
      Pattern.compile("[a-z0-9_.-]+\\.(?!0x[0-9a-f]*\\.?$)[a-z0-9_-]*[a-z][a-z0-9_-]*\\.?");

  private static final Pattern USUAL_START = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?\\.");

  private static final Pattern ADDRESS =
      Pattern.compile("\\[([0-9a-f:.]+)(?:%(?:25)?([a-z0-9._-]+))?]");

  /**
   * Reads a host.
   *
   * @return null when it is none
   */
  static @Nullable UrlHost of(String text) {
    if (text.length() > LONGEST) {
      return null;
    }
    if (text.startsWith("[")) {
      return address(text.toLowerCase(Locale.ROOT));
    }
    String name;
    try {
      name = IDN.toASCII(text, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException noName) {
      return null;
    }
    if (name.length() > LONGEST || !NAME.matcher(name).matches()) {
      return null;
    }
    return new UrlHost(name, name.endsWith(".") ? name.substring(0, name.length() - 1) : name);
  }

  private static @Nullable UrlHost address(String text) {
    var parts = ADDRESS.matcher(text);
    if (!parts.matches() || parts.group(1).indexOf(':') < 0) {
      return null;
    }
    String address = parts.group(1);
    String zone = parts.group(2);
    return new UrlHost(zone == null ? address : address + "%" + zone, "[" + address + "]");
  }

  /** Whether its first label is one that certificates do not name and Java does not check. */
  boolean beginsUnusually() {
    return isQualified() && !USUAL_START.matcher(shown).lookingAt();
  }

  /** Whether it is a name with a dot in it, and no address in whatever notation. */
  boolean isQualified() {
    return !shown.startsWith("[") && QUALIFIED.matcher(lookup).matches();
  }
}

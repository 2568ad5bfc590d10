package dev.penstock.config;

/**
 * An address to connect to or to be reached by.
 *
 * @param host name or IP address; an IPv6 address without brackets
 * @param port 0 to 65535
 */
public record HostPort(String host, int port) {
  public HostPort {
    if (host.isEmpty() || port < 0 || port > 65535) {
      throw new IllegalArgumentException("'" + host + ":" + port + "' is no host:port");
    }
  }

  /**
   * Reads {@code host:port}, {@code [v6]:port}.
   *
   * @throws IllegalArgumentException with a sentence that says what is expected
   */
  public static HostPort parse(String text) {
    int cut = text.lastIndexOf(':');
    if (cut < 1) {
      throw new IllegalArgumentException("'" + text + "' has no port: write host:port");
    }
    String host = text.substring(0, cut);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    try {
      return new HostPort(host, Integer.parseInt(text.substring(cut + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' has no port number: write host:port", e);
    }
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}

package dev.penstock.router.api.image;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Which addresses belong to the public Internet (IANA special-purpose address registries): what is
 * reserved, private or an embedding of another address is not, so that a URL cannot reach the
 * networks around this router.
 */
public final class AddressPolicy {
  private static final String[] NOT_GLOBAL_V4 = {
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4"
  };

  private AddressPolicy() {}

  /** Whether it is one of the public Internet. */
  public static boolean isGlobal(InetAddress address) {
    byte[] bytes = address.getAddress();
    return address instanceof Inet4Address ? isGlobalV4(bytes) : isGlobalV6(bytes);
  }

  private static boolean isGlobalV4(byte[] bytes) {
    int value = toInt(bytes);
    for (String range : NOT_GLOBAL_V4) {
      int cut = range.indexOf('/');
      int mask = -1 << (32 - Integer.parseInt(range.substring(cut + 1)));
      if ((value & mask) == toInt(range.substring(0, cut))) {
        return false;
      }
    }
    return true;
  }

  /** Only 2000::/3 is global unicast; inside it are tunnels and documentation. */
  private static boolean isGlobalV6(byte[] bytes) {
    int first = toInt(bytes);
    boolean unicast = (first & 0xe000_0000) == 0x2000_0000;
    boolean protocols = (first & 0xffff_fe00) == 0x2001_0000;
    boolean documentation = first == 0x2001_0db8 || (first & 0xffff_f000) == 0x3fff_0000;
    boolean sixToFour = (first & 0xffff_0000) == 0x2002_0000;
    return unicast && !protocols && !documentation && !sixToFour;
  }

  private static int toInt(byte[] bytes) {
    return (bytes[0] & 0xff) << 24
        | (bytes[1] & 0xff) << 16
        | (bytes[2] & 0xff) << 8
        | (bytes[3] & 0xff);
  }

  private static int toInt(String dotted) {
    int value = 0;
    for (String part : dotted.split("\\.")) {
      value = value << 8 | Integer.parseInt(part);
    }
    return value;
  }
}

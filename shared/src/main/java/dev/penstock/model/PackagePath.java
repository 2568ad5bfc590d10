package dev.penstock.model;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * How the files of a package are called in the path of a URL: each part of the name is encoded as
 * UTF-8 with percent signs, the slashes between them are not.
 */
public final class PackagePath {
  private PackagePath() {}

  /** For the name of a file of a package. */
  public static String encode(String name) {
    return Arrays.stream(name.split("/", -1))
        .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }

  /**
   * The name of a file of a package.
   *
   * @throws IllegalArgumentException when a percent sign is followed by something else than two
   *     hexadecimal digits
   */
  public static String decode(String path) {
    return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}

package dev.penstock.router.api.exchange;

import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Request ids: the client's where it is fit to be echoed in a header and a log, else a new one. */
final class RequestIds {
  private static final Pattern FIT = Pattern.compile("[\\x21-\\x7e]{1,128}");

  private RequestIds() {}

  static String of(@Nullable String incoming) {
    return incoming != null && FIT.matcher(incoming).matches() ? incoming : create();
  }

  private static String create() {
    return UUID.randomUUID().toString().replace("-", "");
  }
}

package dev.penstock.router.api.image;

import dev.penstock.router.api.exchange.ApiException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a server sent.
 *
 * @param bytes as they came
 * @param codings what it has packed them with although nobody asked for it, the last one first
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record Fetched(byte[] bytes, List<String> codings) {
  private static final int MOST_CODINGS = 2;
  private static final int MOST_SHOWN = 32;
  private static final int CHUNK = 64 * 1024;

  /**
   * Reads what the server says about them.
   *
   * @param encoding the header {@code Content-Encoding}; may be missing
   * @throws ApiException with status 400 when they cannot be unpacked
   */
  static Fetched of(byte[] bytes, @Nullable String encoding) {
    if (encoding == null) {
      return new Fetched(bytes, List.of());
    }
    List<String> codings =
        Arrays.stream(encoding.toLowerCase(Locale.ROOT).split(","))
            .map(String::strip)
            .filter(coding -> !coding.isEmpty() && !coding.equals("identity"))
            .toList();
    boolean known =
        codings.stream().allMatch(coding -> List.of("gzip", "x-gzip", "deflate").contains(coding));
    if (!known || codings.size() > MOST_CODINGS) {
      String shown = encoding.replaceAll("[^\\x20-\\x7e]", "?");
      throw ApiException.badImage(
          "Data pointed by URL is compressed ('%s'), which this server does not undo. Have it served as it is, or send the image itself."
              .formatted(
                  shown.length() <= MOST_SHOWN ? shown : shown.substring(0, MOST_SHOWN) + "..."));
    }
    return new Fetched(bytes, codings);
  }

  /** Whether {@link #unpacked} has nothing to do. */
  boolean plain() {
    return codings.isEmpty();
  }

  /**
   * The bytes before they were packed. Takes time with their size.
   *
   * @param downloads bounds what comes out: little can become much
   * @throws ApiException with status 400 when it is too much, or nothing that was packed so
   */
  byte[] unpacked(Downloads downloads) {
    byte[] unpacked = bytes;
    for (int i = codings.size() - 1; i >= 0; i--) {
      try {
        unpacked = drain(opened(codings.get(i), unpacked), downloads);
      } catch (IOException e) {
        throw ImageFetcher.unreachable();
      }
    }
    return unpacked;
  }

  private static byte[] drain(InputStream in, Downloads downloads) throws IOException {
    try (in) {
      var out = new ByteArrayOutputStream();
      byte[] chunk = new byte[CHUNK];
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        downloads.take(read);
        out.write(chunk, 0, read);
      }
      return out.toByteArray();
    }
  }

  private static InputStream opened(String coding, byte[] packed) throws IOException {
    var in = new ByteArrayInputStream(packed);
    return coding.equals("deflate") ? inflated(in, !hasZlibHead(packed)) : new GZIPInputStream(in);
  }

  /** A stream ends only an inflater of its own with itself, and that one wants a head. */
  private static InputStream inflated(InputStream packed, boolean bare) {
    var inflater = new Inflater(bare);
    return new InflaterInputStream(packed, inflater) {
      @Override
      public void close() throws IOException {
        super.close();
        inflater.end();
      }
    };
  }

  /** The standard wants one, and some servers leave it out. */
  private static boolean hasZlibHead(byte[] packed) {
    return packed.length >= 2
        && (packed[0] & 0x0f) == 8
        && ((packed[0] & 0xff) << 8 | (packed[1] & 0xff)) % 31 == 0;
  }
}

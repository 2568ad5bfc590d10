package dev.penstock.router.api.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a {@code multipart/form-data} body, one after the other, in one pass that copies
 * nothing.
 *
 * <p>What the reference server reads is read. Beyond that line feeds do without carriage returns,
 * something may stand before the first boundary and blanks after each, and lines of heads may be
 * folded. Transfer encodings and charsets are not looked at, as there: contents are bytes.
 */
final class MultipartForm {
  /** The reference server takes a thousand fields and a thousand files. */
  static final int MOST_PARTS = 2_000;

  static final int LARGEST_HEAD = 16 * 1024;

  private final byte[] body;
  private final byte[] boundary;
  private int at;
  private int parts;
  private boolean ended;

  /**
   * @param boundary without the two hyphens in front of it
   */
  MultipartForm(byte[] body, String boundary) {
    this.body = body;
    this.boundary = ("--" + boundary).getBytes(ISO_8859_1);
  }

  /**
   * One part.
   *
   * @param disposition its header {@code Content-Disposition}, empty when it has none
   * @param from where its content begins in the body
   * @param to where it ends
   */
  record Part(String disposition, int from, int to) {}

  /** Why a form cannot be read, in words that fit into a sentence. Expected: no stack trace. */
  static final class UnreadableFormException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableFormException(String why) {
      super(why, null, false, false);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }

  /** The next part, null after the last. */
  @Nullable Part next() throws UnreadableFormException {
    if (ended || (parts == 0 && !begins())) {
      return null;
    }
    if (++parts > MOST_PARTS) {
      throw new UnreadableFormException("it has more than " + MOST_PARTS + " parts");
    }
    String disposition = head();
    int from = at;
    int delimiter = delimiter(from);
    if (delimiter < 0) {
      throw new UnreadableFormException("its last boundary is missing");
    }
    return new Part(disposition, from, lineEnd(from, delimiter));
  }

  /** Goes to the first part; false when there is none. */
  private boolean begins() throws UnreadableFormException {
    if (body.length == 0) {
      return false;
    }
    if (!isDelimiter(0) && delimiter(0) < 0) {
      throw new UnreadableFormException("no part of it begins with the boundary");
    }
    return !ended;
  }

  /**
   * Goes behind the next delimiter, which is at the start of a line.
   *
   * <p>A boundary has no line feed, so that no byte is compared twice, whatever resembles it.
   *
   * @return where the line feed before it is, -1 when there is none
   */
  private int delimiter(int from) {
    for (int i = from; i < body.length; i++) {
      if (body[i] == '\n' && isDelimiter(i + 1)) {
        return i;
      }
    }
    return -1;
  }

  private boolean isDelimiter(int start) {
    int end = start + boundary.length;
    if (end > body.length) {
      return false;
    }
    for (int i = 0; i < boundary.length; i++) {
      if (body[start + i] != boundary[i]) {
        return false;
      }
    }
    if (end + 1 < body.length && body[end] == '-' && body[end + 1] == '-') {
      ended = true;
      at = end + 2;
      return true;
    }
    while (end < body.length && (body[end] == ' ' || body[end] == '\t')) {
      end++;
    }
    if (end < body.length && body[end] == '\r') {
      end++;
    }
    if (end < body.length && body[end] == '\n') {
      at = end + 1;
      return true;
    }
    return false;
  }

  /** Goes behind the head of a part. */
  private String head() throws UnreadableFormException {
    int start = at;
    String disposition = "";
    while (true) {
      int end = lineFeed();
      if (end < 0) {
        throw new UnreadableFormException("it ends in the middle of the head of a part");
      }
      if (end - start > LARGEST_HEAD) {
        throw tooLong();
      }
      int first = at;
      int last = lineEnd(first, end);
      at = end + 1;
      if (first == last) {
        return disposition;
      }
      while (at < body.length && (body[at] == ' ' || body[at] == '\t')) {
        end = lineFeed();
        if (end < 0 || end - start > LARGEST_HEAD) {
          throw tooLong();
        }
        last = lineEnd(at, end);
        at = end + 1;
      }
      String line = new String(body, first, last - first, ISO_8859_1);
      int colon = line.indexOf(':');
      if (colon > 0
          && line.substring(0, colon).toLowerCase(Locale.ROOT).equals("content-disposition")) {
        disposition = line.substring(colon + 1).replaceAll("\r?\n", "");
      }
    }
  }

  private static UnreadableFormException tooLong() {
    return new UnreadableFormException(
        "the head of a part is longer than " + LARGEST_HEAD + " bytes");
  }

  /** The next line feed of a head, -1 when there is none. */
  private int lineFeed() throws UnreadableFormException {
    for (int i = at; i < body.length; i++) {
      if (body[i] == '\n') {
        return i;
      }
      if (i - at > LARGEST_HEAD) {
        throw tooLong();
      }
    }
    return -1;
  }

  private int lineEnd(int from, int lineFeed) {
    return lineFeed > from && body[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed;
  }
}

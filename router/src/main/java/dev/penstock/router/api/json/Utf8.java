package dev.penstock.router.api.json;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Whether bytes are text. */
public final class Utf8 {
  private static final int PIECE = 8 * 1024;

  private Utf8() {}

  /** Decodes piece by piece into the same few kilobytes. */
  public static boolean isValid(ByteBuffer text) {
    while (text.hasRemaining() && text.get(text.position()) >= 0) {
      text.get();
    }
    if (!text.hasRemaining()) {
      return true;
    }
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer piece = CharBuffer.allocate(PIECE);
    CoderResult result;
    do {
      result = decoder.decode(text, piece.clear(), true);
    } while (result.isOverflow());
    return !result.isError();
  }
}

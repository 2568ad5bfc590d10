package dev.penstock.worker.vision.file;

import static dev.penstock.worker.vision.file.UnusableFileException.malformed;

/** LZW as GIF has it: codes of up to 12 bits in blocks of up to 255 bytes. */
final class GifCodes {
  private static final int MOST_CODES = 1 << 12;

  private final FileBytes in;
  private int at;
  private int blockRest;
  private int bits;
  private int bitCount;

  private GifCodes(FileBytes in, int at) {
    this.in = in;
    this.at = at;
  }

  /**
   * Stops at the end of the codes or when the picture is complete.
   *
   * @param at the place of the first code's size
   */
  static void decode(FileBytes in, int at, GifRows rows) throws UnusableFileException {
    int literalBits = in.unsigned8(at);
    if (literalBits < 2 || literalBits > 11) {
      throw malformed();
    }
    new GifCodes(in, at + 1).decode(literalBits, rows);
  }

  private void decode(int literalBits, GifRows rows) throws UnusableFileException {
    int clear = 1 << literalBits;
    int end = clear + 1;
    int[] before = new int[MOST_CODES];
    byte[] last = new byte[MOST_CODES];
    byte[] backwards = new byte[MOST_CODES + 1];
    int known = end + 1;
    int size = literalBits + 1;
    int previous = -1;
    int first = 0;
    for (int code = next(size); code >= 0 && code != end && !rows.complete(); code = next(size)) {
      if (code == clear) {
        known = end + 1;
        size = literalBits + 1;
        previous = -1;
        continue;
      }
      int length = 0;
      int rest = code;
      if (code >= known) {
        if (code > known || previous < 0) {
          throw malformed();
        }
        backwards[length++] = (byte) first; // the word before it and that one's first letter
        rest = previous;
      }
      while (rest > end) {
        backwards[length++] = last[rest];
        rest = before[rest];
      }
      if (rest >= clear) {
        throw malformed();
      }
      first = rest;
      rows.put(rest);
      while (length > 0 && !rows.complete()) {
        rows.put(backwards[--length] & 0xFF);
      }
      if (previous >= 0 && known < MOST_CODES) {
        before[known] = previous;
        last[known] = (byte) first;
        known++;
        if (known == 1 << size && size < 12) {
          size++;
        }
      }
      previous = code;
    }
  }

  /** The next code, or -1 behind the last block. */
  private int next(int size) {
    while (bitCount < size) {
      if (blockRest == 0) {
        blockRest = in.unsigned8(at++);
        if (blockRest == 0) {
          at--;
          return -1;
        }
      }
      bits |= in.unsigned8(at++) << bitCount;
      bitCount += 8;
      blockRest--;
    }
    int code = bits & ((1 << size) - 1);
    bits >>>= size;
    bitCount -= size;
    return code;
  }
}

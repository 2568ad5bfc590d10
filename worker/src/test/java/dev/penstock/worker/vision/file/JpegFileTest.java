package dev.penstock.worker.vision.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

/** Frames by their markers: C0 and C2 have Huffman codes, C9 and CA arithmetic ones. */
class JpegFileTest {
  private static final int SIDE = 1024;
  private static final int REFINEMENT = 0x10;

  /** 25 KB of them took 3.6 seconds: their 63 decisions a block need no bits of the file. */
  @Test
  void scans_with_arithmetic_codes_count_for_what_they_take() throws Exception {
    assertThat(PictureFile.read(jpeg(0xC2, 600)).nanos()).isLessThan(1_000_000_000);

    assertThatThrownBy(() -> PictureFile.read(jpeg(0xCA, 600)))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageContaining("longer to decode than a file of that size may");
  }

  @Test
  void the_one_scan_of_a_plain_file_counts_when_its_codes_are_arithmetic() throws Exception {
    PictureFile huffman = PictureFile.read(jpeg(0xC0, 1));
    PictureFile arithmetic = PictureFile.read(jpeg(0xC9, 1));

    assertThat(arithmetic.nanos()).isGreaterThan(huffman.nanos() + SIDE * SIDE / 64 * 200);
    assertThat(arithmetic.memory()).isEqualTo(huffman.memory());
  }

  /** A grey picture of empty scans. */
  private static byte[] jpeg(int frame, int scans) {
    var file = new ByteArrayOutputStream();
    put(file, 0xFF, 0xD8, 0xFF, frame, 0, 11, 8, SIDE / 256, SIDE % 256, SIDE / 256, SIDE % 256);
    put(file, 1, 1, 0x11, 0);
    for (int scan = 0; scan < scans; scan++) {
      put(file, 0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 63, REFINEMENT, 0, 0);
    }
    put(file, 0xFF, 0xD9);
    return file.toByteArray();
  }

  private static void put(ByteArrayOutputStream file, int... bytes) {
    for (int value : bytes) {
      file.write(value);
    }
  }
}

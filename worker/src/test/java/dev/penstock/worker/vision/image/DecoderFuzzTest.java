package dev.penstock.worker.vision.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.vision.file.PictureFile;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.bytedeco.opencv.global.opencv_core;
import org.junit.jupiter.api.Test;

/**
 * Broken files of every format: a picture of a bounded size or the one exception, nothing else. The
 * same files in each build; {@code -Dpenstock.fuzz.seed} chooses others, {@code
 * -Dpenstock.fuzz.seconds} a longer run.
 */
class DecoderFuzzTest {
  private static final long SEED = Long.getLong("penstock.fuzz.seed", 1);
  private static final Duration TIME = Duration.ofSeconds(Long.getLong("penstock.fuzz.seconds", 4));
  private static final int[] INTERESTING = {0, 1, 0x7F, 0x80, 0xFF, 0x20, 0x40};

  private static List<byte[]> corpus() {
    return List.copyOf(PictureFiles.all().values());
  }

  /** Some bytes changed, and now and then the end cut off, a part doubled, or two files joined. */
  private static byte[] mutate(List<byte[]> corpus, Random random) {
    byte[] file = corpus.get(random.nextInt(corpus.size())).clone();
    int changes = 1 + random.nextInt(8);
    // Most of what a decoder decides lies in the first bytes.
    int reach = random.nextBoolean() ? Math.min(64, file.length) : file.length;
    for (int i = 0; i < changes; i++) {
      int value =
          random.nextBoolean()
              ? INTERESTING[random.nextInt(INTERESTING.length)]
              : random.nextInt(256);
      file[random.nextInt(reach)] = (byte) value;
    }
    switch (random.nextInt(6)) {
      case 0 -> file = Arrays.copyOf(file, random.nextInt(file.length + 1));
      case 1 -> file = Arrays.copyOf(file, file.length + random.nextInt(200));
      case 2 -> {
        byte[] other = corpus.get(random.nextInt(corpus.size()));
        int at = random.nextInt(file.length);
        System.arraycopy(other, 0, file, at, Math.min(other.length, file.length - at));
      }
      default -> {}
    }
    return file;
  }

  @Test
  void a_broken_file_is_a_picture_or_is_refused() {
    System.Logger log = System.getLogger(DecoderFuzzTest.class.getName());
    log.log(System.Logger.Level.INFO, "seed {0}", Long.toString(SEED));
    var random = new Random(SEED);
    List<byte[]> corpus = corpus();
    long end = Ticker.SYSTEM.nanos() + TIME.toNanos();
    int pictures = 0;
    int refused = 0;
    while (Ticker.SYSTEM.nanos() < end) {
      byte[] file = mutate(corpus, random);
      long start = Ticker.SYSTEM.nanos();
      try (Picture picture = ImageDecoder.decode(file, random.nextBoolean())) {
        assertThat(picture.size().pixels()).isBetween(1L, PictureFile.MAX_PIXELS);
        assertThat(picture.pixels().type())
            .as("seed %d, file %d: %s", SEED, pictures + refused, HexFormat.of().formatHex(file))
            .isEqualTo(opencv_core.CV_8UC3);
        pictures++;
      } catch (UnreadableImageException e) {
        assertThat(e.getMessage()).isNotBlank();
        refused++;
      }
      assertThat(Duration.ofNanos(Ticker.SYSTEM.nanos() - start))
          .as("seed %d, file %d: %s", SEED, pictures + refused, HexFormat.of().formatHex(file))
          .isLessThan(Duration.ofSeconds(5));
    }
    assertThat(pictures).as("seed %d", SEED).isPositive();
    assertThat(refused).as("seed %d", SEED).isPositive();
  }
}

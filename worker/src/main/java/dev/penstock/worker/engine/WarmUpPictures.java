package dev.penstock.worker.engine;

import dev.penstock.worker.vision.image.Picture;
import java.util.Random;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Pictures to run a model on before its first job: coloured fields with discs on them and noise
 * over all, so that few networks see nothing in them.
 */
public final class WarmUpPictures {
  private static final int CHANNELS = 3;
  private static final int FIELDS = 6;
  private static final int DISCS = 5;
  private static final int NOISE = 48;

  private WarmUpPictures() {}

  /** A disc in pixels, with its colour, a byte for each channel. */
  private record Disc(int x, int y, int radius, int colour) {
    boolean covers(int column, int row) {
      long across = (long) column - x;
      long down = (long) row - y;
      return across * across + down * down <= (long) radius * radius;
    }
  }

  /**
   * One of them.
   *
   * @param seed another one gives a picture that differs everywhere
   */
  public static Picture of(long seed, int width, int height) {
    var random = new Random(seed);
    int[] fields = random.ints(FIELDS * FIELDS).toArray();
    Disc[] discs = new Disc[DISCS];
    for (int disc = 0; disc < DISCS; disc++) {
      int radius = Math.max(1, (2 + random.nextInt(6)) * Math.min(width, height) / 30);
      discs[disc] =
          new Disc(random.nextInt(width), random.nextInt(height), radius, random.nextInt());
    }
    byte[] pixels = new byte[width * height * CHANNELS];
    for (int at = 0; at < pixels.length; at += CHANNELS) {
      int x = at / CHANNELS % width;
      int y = at / CHANNELS / width;
      int colour = fields[y * FIELDS / height * FIELDS + x * FIELDS / width];
      for (Disc disc : discs) {
        colour = disc.covers(x, y) ? disc.colour() : colour;
      }
      for (int channel = 0; channel < CHANNELS; channel++) {
        int value = ((colour >>> (8 * channel)) & 0xFF) + random.nextInt(NOISE) - NOISE / 2;
        pixels[at + channel] = (byte) Math.max(0, Math.min(255, value));
      }
    }
    var picture = new Picture(new Mat(height, width, opencv_core.CV_8UC3));
    picture.pixels().data().put(pixels);
    return picture;
  }
}

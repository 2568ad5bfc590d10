package dev.penstock.worker.vision.mask;

import dev.penstock.worker.vision.Outline.RunLengths;

/**
 * Run lengths in the compressed form of COCO: column by column, uncovered pixels first, each length
 * from the fourth on as the difference to the one before last, in groups of five bits. See {@code
 * rleToString} of <a href="https://github.com/cocodataset/cocoapi">cocoapi</a>.
 */
final class CocoRunLengths {
  private final StringBuilder text = new StringBuilder();
  private int count;
  private long last;
  private long beforeLast;
  private boolean covered;
  private long run;

  private CocoRunLengths() {}

  static RunLengths encode(Mask mask) {
    int imageHeight = mask.image().height();
    var runs = new CocoRunLengths();
    runs.add(false, (long) mask.left() * imageHeight);
    for (int x = 0; x < mask.width(); x++) {
      runs.add(false, mask.top());
      for (int y = 0; y < mask.height(); y++) {
        runs.add(mask.covered()[y * mask.width() + x] != 0, 1);
      }
      runs.add(false, imageHeight - mask.top() - mask.height());
    }
    int right = mask.left() + mask.width();
    runs.add(false, (long) (mask.image().width() - right) * imageHeight);
    runs.write();
    return new RunLengths(imageHeight, mask.image().width(), runs.text.toString());
  }

  private void add(boolean pixelsCovered, long pixels) {
    if (pixels == 0) {
      return;
    }
    if (pixelsCovered != covered) {
      write();
      covered = pixelsCovered;
      run = 0;
    }
    run += pixels;
  }

  private void write() {
    long value = count > 2 ? run - beforeLast : run;
    boolean more = true;
    while (more) {
      long group = value & 0x1F;
      value >>= 5;
      more = (group & 0x10) != 0 ? value != -1 : value != 0;
      text.append((char) ((more ? group | 0x20 : group) + '0'));
    }
    beforeLast = last;
    last = run;
    count++;
  }
}

package dev.penstock.job;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Order of a job queue: smallest tag first, then the order of admission. Named in the queue's
 * configuration.
 */
public final class DescriptorOrder implements Comparator<byte[]>, Serializable {
  private static final long serialVersionUID = 1L;

  @Override
  public int compare(byte[] left, byte[] right) {
    int byTag =
        Long.compare(
            longAt(left, JobDescriptor.TAG_OFFSET), longAt(right, JobDescriptor.TAG_OFFSET));
    if (byTag != 0) {
      return byTag;
    }
    int bySequence =
        Long.compare(
            longAt(left, JobDescriptor.SEQUENCE_OFFSET),
            longAt(right, JobDescriptor.SEQUENCE_OFFSET));
    return bySequence != 0 ? bySequence : Arrays.compare(left, right);
  }

  private static long longAt(byte[] descriptor, int offset) {
    return ByteBuffer.wrap(descriptor).getLong(offset);
  }
}

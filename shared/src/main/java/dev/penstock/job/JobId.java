package dev.penstock.job;

/**
 * Names one job for ever.
 *
 * @param incarnation the start of the router that admitted the job; a restarted router is another
 *     one
 * @param sequence counts the jobs of that incarnation from 1
 */
public record JobId(String incarnation, long sequence) {
  public JobId {
    if (incarnation.isEmpty() || sequence <= 0) {
      throw new IllegalArgumentException("not a job id: " + incarnation + "/" + sequence);
    }
  }

  /**
   * Reads {@link #toString()} back.
   *
   * @throws IllegalArgumentException when the text is no job id
   */
  public static JobId parse(String text) {
    int cut = text.lastIndexOf('/');
    if (cut < 1) {
      throw new IllegalArgumentException("not a job id: " + text);
    }
    return new JobId(text.substring(0, cut), Long.parseLong(text.substring(cut + 1)));
  }

  @Override
  public String toString() {
    return incarnation + "/" + sequence;
  }
}

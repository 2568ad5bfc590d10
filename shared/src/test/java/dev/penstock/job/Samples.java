package dev.penstock.job;

import dev.penstock.job.timing.WorkerTimings;
import dev.penstock.job.wire.Claim;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Messages as they may occur, made from a seed so that a failure can be repeated. */
public final class Samples {
  private static final List<String> WORDS =
      List.of("a", "coco", "Größe 1", "\"quoted\" \\ and \n broken", "日本", "x".repeat(300));

  private final Random random;

  public Samples(long seed) {
    this.random = new Random(seed);
  }

  public JobId id() {
    return new JobId(word() + "/" + word(), 1 + random.nextLong(Long.MAX_VALUE - 1));
  }

  public JobDescriptor descriptor() {
    return new JobDescriptor(
        id(),
        word() + "/1",
        word(),
        random.nextLong(),
        random.nextBoolean() ? JobDescriptor.UNKNOWN_FINISH : random.nextLong());
  }

  public Claim claim() {
    return new Claim(word(), word(), word(), word(), ids());
  }

  public List<JobId> ids() {
    return IntStream.range(0, random.nextInt(5)).mapToObj(i -> id()).toList();
  }

  public List<Claim.Granted> granted() {
    return IntStream.range(0, random.nextInt(5))
        .mapToObj(
            i ->
                new Claim.Granted(
                    id(),
                    1 + random.nextInt(9),
                    word(),
                    random.nextLong(),
                    parameters(),
                    blob(),
                    random.nextBoolean()))
        .toList();
  }

  public JobParameters parameters() {
    var disabled = EnumSet.noneOf(PreprocessStep.class);
    for (PreprocessStep step : PreprocessStep.values()) {
      if (random.nextBoolean()) {
        disabled.add(step);
      }
    }
    return new JobParameters(
        confidence(),
        random.nextDouble(),
        random.nextInt(1000),
        random.nextBoolean(),
        IntStream.range(0, random.nextInt(4)).mapToObj(i -> word()).toList(),
        random.nextDouble(),
        random.nextBoolean() ? MaskFormat.POLYGON : MaskFormat.RLE,
        disabled,
        random.nextBoolean() ? null : new Drawing(random.nextBoolean(), random.nextInt(9)));
  }

  public List<AttemptResult> results() {
    return IntStream.range(0, random.nextInt(5)).mapToObj(i -> result()).toList();
  }

  private AttemptResult result() {
    return new AttemptResult(
        id(),
        1 + random.nextInt(9),
        word(),
        outcome(),
        timings(),
        random.nextInt(64),
        pick(List.of(BatchReason.values())),
        random.nextLong());
  }

  private JobOutcome outcome() {
    if (random.nextBoolean()) {
      return new JobOutcome.Failed(pick(List.of(JobOutcome.Reason.values())), word());
    }
    return new JobOutcome.Done(
        random.nextInt(), random.nextInt(), blob(), random.nextBoolean() ? null : blob());
  }

  public WorkerTimings timings() {
    return new WorkerTimings(
        random.nextLong(),
        random.nextLong(),
        random.nextLong(),
        random.nextLong(),
        random.nextLong(),
        random.nextLong());
  }

  public byte[] blob() {
    var bytes = new byte[random.nextInt(2000)];
    random.nextBytes(bytes);
    return bytes;
  }

  private Confidence confidence() {
    return switch (random.nextInt(3)) {
      case 0 -> new Confidence(Confidence.Mode.BEST, 0);
      case 1 -> new Confidence(Confidence.Mode.DEFAULT, 0);
      default -> Confidence.of(random.nextDouble());
    };
  }

  private String word() {
    return pick(WORDS);
  }

  private <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}

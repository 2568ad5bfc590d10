package dev.penstock.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.worker.engine.BatchBounds.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchBoundsTest {
  private static final long MS = 1_000_000;

  private final List<Integer> tried = new ArrayList<>();
  private int largestPossible = Integer.MAX_VALUE;
  private long now;

  /** How much slower than alone a pass is, by its number. */
  private IntToDoubleFunction slowdown = pass -> 1;

  private int passes;
  private int open;

  /** A device whose passes take base + k x per-image milliseconds of an injected clock. */
  private BatchBounds.Trials device(long base, long perImage) {
    return batchSize -> {
      tried.add(batchSize);
      if (batchSize > largestPossible) {
        throw new DeviceException("out of memory", new IllegalStateException());
      }
      open++;
      return new Trial() {
        @Override
        public void run() {
          double alone = (base + batchSize * perImage) * MS;
          now += (long) (alone * slowdown.applyAsDouble(passes++));
        }

        @Override
        public void close() {
          open--;
        }
      };
    };
  }

  @ParameterizedTest
  @CsvSource({
    "0,50,64,1", // nothing to gain
    "10,10,64,16", // 50, 67, 80, 89, 94 and then 97 images per second
    "100,1,64,64",
    "100,1,6,6", // up to what the model takes
    "100,1,1,1",
    "1,10,64,1", // 91 and then 95 images per second
    "1,10,1,1"
  })
  void is_the_knee_of_images_per_second(long base, long perImage, int limit, int knee)
      throws Exception {
    assertThat(BatchBounds.measure(limit, device(base, perImage), () -> now)).isEqualTo(knee);
  }

  @Test
  void stops_trying_where_the_gain_is_small() throws Exception {
    BatchBounds.measure(64, device(10, 10), () -> now);

    assertThat(tried).containsExactly(1, 2, 4, 8, 16, 32);
  }

  @Test
  void is_the_same_on_a_machine_that_gets_slower_all_the_time() throws Exception {
    slowdown = pass -> 1 + pass * 0.05;

    assertThat(BatchBounds.measure(64, device(100, 1), () -> now)).isEqualTo(64);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 6, 7})
  void is_the_same_when_something_else_takes_the_machine_now_and_then(int every) throws Exception {
    slowdown = pass -> pass % every == 0 ? 8 : 1;

    assertThat(BatchBounds.measure(64, device(100, 1), () -> now)).isEqualTo(64);
    assertThat(BatchBounds.measure(64, device(0, 50), () -> now)).isEqualTo(1);
  }

  @Test
  void grows_on_any_noisy_machine_where_larger_is_far_better() throws Exception {
    for (long seed = 0; seed < 200; seed++) {
      var noise = new Random(seed);
      slowdown = pass -> 1 + 0.1 * noise.nextDouble() + (noise.nextInt(12) == 0 ? 3 : 0);
      assertThat(BatchBounds.measure(8, device(10, 1), () -> now))
          .describedAs("seed %d", seed)
          .isEqualTo(8);
    }
  }

  @Test
  void every_trial_is_closed_however_the_search_ends() throws Exception {
    BatchBounds.measure(64, device(100, 1), () -> now);
    BatchBounds.measure(64, device(0, 1), () -> now);
    largestPossible = 4;
    BatchBounds.measure(64, device(100, 1), () -> now);

    assertThat(open).isZero();
  }

  @Test
  void stays_below_what_does_not_fit_on_the_device() throws Exception {
    largestPossible = 4;

    assertThat(BatchBounds.measure(64, device(100, 1), () -> now)).isEqualTo(4);
  }

  @Test
  void fails_when_not_even_one_image_fits() {
    largestPossible = 0;

    assertThatThrownBy(() -> BatchBounds.measure(64, device(1, 1), () -> now))
        .isInstanceOf(DeviceException.class)
        .hasMessage("out of memory");
  }

  @Test
  void is_remembered_for_the_next_start(@TempDir Path cache) throws Exception {
    assertThat(new BatchBounds(cache, () -> now).of("digest-cpu", 64, true, device(100, 1)))
        .isEqualTo(64);
    tried.clear();

    assertThat(new BatchBounds(cache, () -> now).of("digest-cpu", 64, true, device(0, 1)))
        .isEqualTo(64);
    assertThat(tried).isEmpty();
    assertThat(new BatchBounds(cache, () -> now).of("digest-cuda-0", 64, true, device(0, 1)))
        .isEqualTo(1);
  }

  @Test
  void one_that_others_left_no_memory_for_is_measured_again(@TempDir Path cache) throws Exception {
    var bounds = new BatchBounds(cache, () -> now);
    largestPossible = 2;
    assertThat(bounds.of("digest-cuda-0", 64, false, device(100, 1))).isEqualTo(2);
    largestPossible = 64;
    assertThat(bounds.of("digest-cuda-0", 64, false, device(100, 1))).isEqualTo(64);
    tried.clear();

    assertThat(bounds.of("digest-cuda-0", 64, true, device(100, 1))).isEqualTo(64);
    assertThat(tried).describedAs("what memory did not end is remembered").isEmpty();
  }

  @Test
  void one_that_the_empty_device_has_no_memory_beyond_is_remembered(@TempDir Path cache)
      throws Exception {
    var bounds = new BatchBounds(cache, () -> now);
    largestPossible = 2;
    bounds.of("digest-cuda-0", 64, true, device(100, 1));
    tried.clear();

    assertThat(bounds.of("digest-cuda-0", 64, true, device(100, 1))).isEqualTo(2);
    assertThat(tried).isEmpty();
  }

  @Test
  void a_lowered_one_is_what_the_next_start_finds(@TempDir Path cache) throws Exception {
    var bounds = new BatchBounds(cache, () -> now);
    bounds.of("digest-cuda-0", 64, true, device(100, 1));
    bounds.lower("digest-cuda-0", 16);

    assertThat(new BatchBounds(cache, () -> now).of("digest-cuda-0", 64, true, device(100, 1)))
        .isEqualTo(16);
  }

  @ParameterizedTest
  @CsvSource({"many", "''", "-3", "100"})
  void what_cannot_be_right_is_measured_again(String remembered, @TempDir Path cache)
      throws Exception {
    Path folder = Files.createDirectories(cache.resolve("batch-bounds"));
    Files.writeString(folder.resolve("digest-cpu"), remembered);

    assertThat(new BatchBounds(cache, () -> now).of("digest-cpu", 8, true, device(100, 1)))
        .isEqualTo(8);
    assertThat(Files.readString(folder.resolve("digest-cpu"))).isEqualTo("8\n");
  }

  @Test
  void goes_on_without_a_cache_that_can_be_written(@TempDir Path folder)
      throws DeviceException, IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");

    assertThat(new BatchBounds(file, () -> now).of("digest-cpu", 8, true, device(100, 1)))
        .isEqualTo(8);
  }
}

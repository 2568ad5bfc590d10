package dev.penstock.worker.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.ModelPackage;
import dev.penstock.worker.batch.FakeModel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OnnxMemoryTest {
  private static final ModelPackage MODEL = FakeModel.modelPackage("a");

  @TempDir private Path cache = Path.of("");
  private final Deque<Long> readings = new ArrayDeque<>();

  private OnnxMemory memory(int lanes) {
    return new OnnxMemory(
        "cpu:0",
        () -> 1_000,
        () -> 500,
        () -> "it is full",
        readings::remove,
        lanes,
        cache,
        digest -> digest);
  }

  /**
   * One load, in which the system says what is taken before it, before its last pass, and after.
   */
  private long load(OnnxMemory memory, long before, long idle, long after) {
    readings.addAll(List.of(before, after));
    return memory.measure(MODEL).after(idle, 7);
  }

  @Test
  void a_pass_counts_for_each_lane() {
    assertThat(load(memory(3), 100, 140, 150)).isEqualTo(70);
    assertThat(memory(3).measured(MODEL)).hasValue(70);
  }

  @Test
  void what_was_measured_with_other_lanes_is_not_taken() {
    load(memory(3), 100, 140, 150);

    assertThat(memory(1).measured(MODEL)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void nothing_is_remembered_when_a_reading_fails(int failed) {
    long[] said = {100, 140, 150};
    said[failed] = 0;

    assertThat(load(memory(1), said[0], said[1], said[2])).isEqualTo(7);
    assertThat(memory(1).measured(MODEL)).isEmpty();
  }

  @Test
  void a_shortage_names_the_file_that_says_what_the_model_takes() {
    assertThat(memory(1).shortage(MODEL)).isEqualTo("it is full");
    load(memory(1), 100, 140, 150);

    assertThat(memory(1).shortage(MODEL))
        .startsWith("it is full. What the model takes was measured")
        .contains(cache.resolve("model-sizes").resolve("digest-of-a-lanes-1").toString());
  }
}

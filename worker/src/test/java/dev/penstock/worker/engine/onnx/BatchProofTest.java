package dev.penstock.worker.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import dev.penstock.job.JobOutcome.Done;
import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.repository.FolderRepository;
import dev.penstock.worker.engine.BatchRunner;
import dev.penstock.worker.engine.Jobs;
import dev.penstock.worker.engine.LoadedModel;
import dev.penstock.worker.engine.ModelLoadException;
import dev.penstock.worker.engine.devices.Devices;
import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.image.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Networks that are right for one picture, and for some batches only. Each finds red, green and
 * blue quarters in pictures of 32 x 32.
 */
class BatchProofTest {
  private static final String ALL = "all";

  @TempDir private Path folder = Path.of("");

  /** Its version is asked for here, and it is to be loaded as it always is. */
  @BeforeAll
  static void onnx_runtime_is_loaded() {
    Devices.open("cpu", Path.of("target/test-cache")).close();
  }

  /** What becomes of the right answers {@code all} of a batch. */
  private enum Ending {
    RIGHT {
      @Override
      NetworkBuilder on(NetworkBuilder network) {
        return network.node("Identity", List.of(ALL), "output0");
      }
    },
    /** As a loop that was traced over one picture. */
    FIRST_ONLY {
      @Override
      NetworkBuilder on(NetworkBuilder network) {
        return firstRows(network, ALL, 1.5f);
      }
    },
    FIRST_TWO {
      @Override
      NetworkBuilder on(NetworkBuilder network) {
        return firstRows(network, ALL, 2.5f);
      }
    },
    FIRST_THREE {
      @Override
      NetworkBuilder on(NetworkBuilder network) {
        return firstRows(network, ALL, 3.5f);
      }
    },
    /** The first picture's answer is there for everybody. */
    ALL_AS_THE_FIRST {
      @Override
      NetworkBuilder on(NetworkBuilder network) {
        return network
            .longs("0", List.of(1), 0)
            .node("Gather", List.of(ALL, "0"), "head", List.of(attribute("axis", 0)))
            .node("Mul", List.of(ALL, "nil"), "nothing")
            .node("Add", List.of("nothing", "head"), "output0");
      }
    },
    REVERSED {
      @Override
      NetworkBuilder on(NetworkBuilder network) {
        return network
            .longs("from", List.of(1), -1)
            .longs("to", List.of(1), Integer.MIN_VALUE)
            .longs("axis0", List.of(1), 0)
            .longs("step", List.of(1), -1)
            .node("Slice", List.of(ALL, "from", "to", "axis0", "step"), "output0");
      }
    },
    /** Boxes stay, scores are those of the whole batch. */
    MIXED_SCORES {
      @Override
      NetworkBuilder on(NetworkBuilder network) {
        return network
            .node(
                "ReduceMean",
                List.of("scores"),
                "common",
                List.of(attribute("axes", new long[] {0}), attribute("keepdims", 1)))
            .node("Mul", List.of("scores", "nil"), "no scores")
            .node("Add", List.of("no scores", "common"), "all scores")
            .node("Concat", List.of("boxes", "all scores"), "output0", axis(1));
      }
    },
    /** Suppresses by itself what is not very sure, and is traced over one picture. */
    QUIET_AND_FIRST_ONLY {
      @Override
      NetworkBuilder on(NetworkBuilder network) {
        return firstRows(quiet(network, 3), "heard", 1.5f);
      }
    },
    QUIET_AND_RIGHT {
      @Override
      NetworkBuilder on(NetworkBuilder network) {
        return quiet(network, 3).node("Identity", List.of("heard"), "output0");
      }
    },
    NEVER_FINDS_ANYTHING {
      @Override
      NetworkBuilder on(NetworkBuilder network) {
        return quiet(network, 1e9f).node("Identity", List.of("heard"), "output0");
      }
    },
    /** Takes any batch, its shapes say, but does not. */
    RESHAPES_TO_ONE {
      @Override
      NetworkBuilder on(NetworkBuilder network) {
        return network
            .longs("one", List.of(3), 1, 7, 4)
            .node("Reshape", List.of(ALL, "one"), "output0");
      }
    },
    /** One row, whatever the batch. */
    SUMMED_UP {
      @Override
      NetworkBuilder on(NetworkBuilder network) {
        return network.node(
            "ReduceMax",
            List.of(ALL),
            "output0",
            List.of(attribute("axes", new long[] {0}), attribute("keepdims", 1)));
      }
    };

    abstract NetworkBuilder on(NetworkBuilder network);

    static byte[] attribute(String name, long value) {
      return NetworkBuilder.attribute(name, value);
    }

    static byte[] attribute(String name, long... values) {
      return NetworkBuilder.attribute(name, values);
    }

    /** Zeros beyond the first rows. */
    private static NetworkBuilder firstRows(NetworkBuilder network, String from, float most) {
      return network
          .floats("most", List.of(), most)
          .floats("1", List.of(), 1)
          .longs("axis", List.of(), 0)
          .node("Mul", List.of(ALL, "nil"), "nothing")
          .node("Add", List.of("nothing", "1"), "ones")
          .node("CumSum", List.of("ones", "axis"), "places")
          .node("Less", List.of("places", "most"), "early")
          .node("Cast", List.of("early"), "as numbers", List.of(NetworkBuilder.attribute("to", 1)))
          .node("Mul", List.of(from, "as numbers"), "output0");
    }

    /** Zeros where the best score of a picture is not above. */
    private static NetworkBuilder quiet(NetworkBuilder network, float score) {
      return network
          .floats("sure", List.of(), score)
          .node(
              "ReduceMax",
              List.of("scores"),
              "best",
              List.of(
                  NetworkBuilder.attribute("axes", new long[] {1, 2}),
                  NetworkBuilder.attribute("keepdims", 1)))
          .node("Greater", List.of("best", "sure"), "is sure")
          .node("Cast", List.of("is sure"), "loud", List.of(NetworkBuilder.attribute("to", 1)))
          .node("Mul", List.of(ALL, "loud"), "heard");
    }
  }

  private static List<byte[]> axis(long axis) {
    return List.of(NetworkBuilder.attribute("axis", axis));
  }

  private ModelPackage model(Ending ending, Object batch) throws IOException {
    var network =
        new NetworkBuilder()
            .input("images", batch, 3, 32, 32)
            .output("output0", batch, 7, 4)
            .meta("task", "detect")
            .meta("names", "{0: 'red', 1: 'green', 2: 'blue'}")
            .floats("nil", List.of(), 0)
            .floats(
                "quarters",
                List.of(1, 4, 4),
                8,
                24,
                8,
                24,
                8,
                8,
                24,
                24,
                16,
                16,
                16,
                16,
                16,
                16,
                16,
                16)
            .longs("rows", List.of(3), 0, 3, 4)
            .node(
                "AveragePool",
                List.of("images"),
                "pooled",
                List.of(
                    NetworkBuilder.attribute("kernel_shape", new long[] {16, 16}),
                    NetworkBuilder.attribute("strides", new long[] {16, 16})))
            .node("Reshape", List.of("pooled", "rows"), "scores")
            .node(
                "ReduceMean",
                List.of("scores"),
                "mean",
                List.of(
                    NetworkBuilder.attribute("axes", new long[] {1}),
                    NetworkBuilder.attribute("keepdims", 1)))
            .node("Mul", List.of("mean", "nil"), "no mean")
            .node("Add", List.of("no mean", "quarters"), "boxes")
            .node("Concat", List.of("boxes", "scores"), ALL, axis(1));
    ending.on(network).write(folder.resolve("models/m.onnx"));
    return Objects.requireNonNull(
        FolderRepository.open(List.of(folder.resolve("models"))).find("m/1"));
  }

  /** Bounds are measured, and what is measured differs: one is remembered. */
  private LoadedModel loadWithBound(ModelPackage model, int bound) throws Exception {
    String key = model.digest() + "-cpu-ort-" + OrtEnvironment.getEnvironment().getVersion();
    Path bounds = Files.createDirectories(folder.resolve("cache/batch-bounds"));
    Files.writeString(bounds.resolve(key + "-proved"), Integer.toString(bound));
    return Devices.open("cpu", folder.resolve("cache")).load(model);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RIGHT                | 8 | ''",
        "QUIET_AND_RIGHT      | 8 | ''",
        "FIRST_TWO            | 2 | in a batch of 8 it answers picture 3 otherwise than alone",
        "FIRST_THREE          | 2 | in a batch of 8 it answers picture 4 otherwise than alone",
        "FIRST_ONLY           | 1 | in a batch of 2 it answers picture 2 otherwise than alone",
        "QUIET_AND_FIRST_ONLY | 1 | in a batch of 2 it answers picture 2 otherwise than alone",
        "ALL_AS_THE_FIRST     | 1 | in a batch of 2 it answers picture 2 otherwise than alone",
        "REVERSED             | 1 | in a batch of 2 it answers picture 1 otherwise than alone",
        "MIXED_SCORES         | 1 | in a batch of 2 it answers picture 1 otherwise than alone",
        "NEVER_FINDS_ANYTHING | 1 | it finds nothing in the pictures of the warm-up",
        "RESHAPES_TO_ONE      | 1 | batches of 2 do not run (ONNX Runtime:",
        "SUMMED_UP            | 1 | batches of 2 do not run (ONNX Runtime:"
      })
  void batches_are_as_large_as_is_proved_to_be_right(Ending ending, int most, String objection)
      throws Exception {
    try (LoadedModel model = loadWithBound(model(ending, "batch"), 8)) {
      assertThat(model.maxBatch()).isEqualTo(most);
      if (objection.isEmpty()) {
        assertThat(model.batchObjection()).isNull();
      } else {
        assertThat(model.batchObjection()).contains(objection);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 8})
  void a_remembered_bound_of_any_size_is_proved(int bound) throws Exception {
    ModelPackage wrong = model(Ending.FIRST_ONLY, "batch");
    try (LoadedModel model = loadWithBound(wrong, bound)) {
      assertThat(model.maxBatch()).isEqualTo(1);
    }
    try (LoadedModel model = loadWithBound(model(Ending.RIGHT, "batch"), bound)) {
      assertThat(model.maxBatch()).isEqualTo(bound);
    }
  }

  /** What is wrong with its batches is found only by running them. */
  @Test
  void where_a_batch_of_one_is_remembered_the_next_starts_prove_nothing() throws Exception {
    try (LoadedModel model = loadWithBound(model(Ending.FIRST_ONLY, "batch"), 1)) {
      assertThat(model.maxBatch()).isEqualTo(1);
      assertThat(model.batchObjection()).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource({"RIGHT,3", "FIRST_ONLY,1", "FIRST_TWO,1", "NEVER_FINDS_ANYTHING,1"})
  void of_a_fixed_batch_only_the_first_place_is_used_where_the_others_are_wrong(
      Ending ending, int most) throws Exception {
    try (LoadedModel model = loadWithBound(model(ending, 3), 8)) {
      assertThat(model.maxBatch()).isEqualTo(most);
      BatchRunner runner = model.runners().get(0);
      if (ending != Ending.NEVER_FINDS_ANYTHING) {
        List<Done> done = Jobs.run(runner, JobParameters.DEFAULTS, red());
        assertThat(Jobs.found(done.get(0))).containsExactly("red at 24.0,8.0 of 16.0 x 16.0");
      }
    }
  }

  private static byte[] red() {
    try (Picture picture = Pictures.plain(32, 32, 0, 0, 0)) {
      Pictures.paint(picture, 16, 0, 32, 16, 255, 0, 0);
      return Pictures.encode(picture, ".png");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"REVERSED", "MIXED_SCORES"})
  void a_fixed_batch_whose_pictures_depend_on_each_other_is_refused(Ending ending)
      throws Exception {
    ModelPackage model = model(ending, 2);

    assertThatThrownBy(() -> loadWithBound(model, 8).close())
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("what it answers for one depends on the others: export it with a");
  }

  @Test
  void a_fixed_batch_of_one_needs_no_proof() throws Exception {
    try (LoadedModel model = loadWithBound(model(Ending.NEVER_FINDS_ANYTHING, 1), 8)) {
      assertThat(model.maxBatch()).isEqualTo(1);
      assertThat(model.batchObjection()).isNull();
    }
  }
}

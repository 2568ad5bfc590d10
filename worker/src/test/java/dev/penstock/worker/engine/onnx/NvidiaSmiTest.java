package dev.penstock.worker.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NvidiaSmiTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir private Path folder = Path.of("");

  /** A program of that name which answers so. */
  private NvidiaSmi answering(String script) throws IOException {
    Path program = folder.resolve("nvidia-smi");
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return new NvidiaSmi(program.toString(), "3", PATIENCE);
  }

  @Test
  void asks_for_one_gpu_and_reads_mebibytes() throws IOException {
    NvidiaSmi gpu =
        answering(
            "case \"$*\" in"
                + " '--id=3 --query-gpu=memory.total --format=csv,noheader,nounits') echo 81559;;"
                + " '--id=3 --query-gpu=memory.used --format=csv,noheader,nounits') echo ' 512 ';;"
                + " *) exit 6;; esac");

    assertThat(gpu.total()).isEqualTo(81_559L << 20);
    assertThat(gpu.used()).isEqualTo(512L << 20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"echo '[N/A]'", "echo 'No devices were found'; exit 6", "exit 1", "kill -9 $$"})
  void what_it_does_not_tell_is_nothing(String script) throws IOException {
    assertThat(answering(script).total()).isZero();
  }

  /** A driver that hangs must not stop the loader. */
  @Test
  void one_that_hangs_is_not_waited_for() throws IOException {
    answering("exec sleep 1000");
    Path program = folder.resolve("nvidia-smi");

    assertThat(new NvidiaSmi(program.toString(), "3", Duration.ofMillis(100)).used()).isZero();
  }

  @Test
  void a_machine_without_the_program_tells_nothing() {
    assertThat(new NvidiaSmi(folder.resolve("absent").toString(), "0", PATIENCE).used()).isZero();
  }

  @Test
  void gpus_are_counted_among_the_visible_ones() {
    assertThat(NvidiaSmi.of(1, Map.of()).gpu()).isEqualTo("1");
    assertThat(NvidiaSmi.of(1, Map.of("CUDA_VISIBLE_DEVICES", "5, GPU-8932")).gpu())
        .isEqualTo("GPU-8932");
    assertThat(NvidiaSmi.of(0, Map.of("CUDA_VISIBLE_DEVICES", "")).gpu()).isEqualTo("0");
  }
}

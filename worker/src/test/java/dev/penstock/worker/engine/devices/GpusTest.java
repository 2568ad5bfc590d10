package dev.penstock.worker.engine.devices;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpusTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"'0,2',2", "'0,1,2,3,4',3", "'',0", "-1,0", "'1,-1,0',1", "GPU-5d1e,1"})
  void counts_the_gpus_this_process_may_see(String visible, int count) throws IOException {
    for (String name : new String[] {"nvidia0", "nvidia1", "nvidia2", "nvidiactl", "sda"}) {
      Files.createFile(folder.resolve(name));
    }
    var gpus = new Gpus(folder, "no-such-program");

    assertThat(gpus.visible(Map.of())).isEqualTo(3);
    assertThat(gpus.visible(Map.of("CUDA_VISIBLE_DEVICES", visible))).isEqualTo(count);
  }

  @Test
  void counts_none_where_there_are_no_device_files() {
    assertThat(new Gpus(folder.resolve("absent"), "no-such-program").visible(Map.of())).isZero();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void asks_the_drivers_program_where_there_are_no_device_files() throws IOException {
    var gpus =
        new Gpus(
            folder.resolve("absent"),
            program(
                "echo 'GPU 0: NVIDIA L4 (UUID: GPU-1)'; echo 'GPU 1: NVIDIA L4 (UUID: GPU-2)'"));

    assertThat(gpus.visible(Map.of())).isEqualTo(2);
    assertThat(gpus.visible(Map.of("CUDA_VISIBLE_DEVICES", "1"))).isEqualTo(1);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void a_driver_that_does_not_work_has_no_gpus() throws IOException {
    var gpus =
        new Gpus(
            folder.resolve("absent"),
            program("echo 'GPU 0: cannot be talked to, the driver does not answer'; exit 9"));

    assertThat(gpus.visible(Map.of())).isZero();
  }

  private String program(String script) throws IOException {
    Path program = Files.writeString(folder.resolve("smi"), "#!/bin/sh\n" + script + "\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return program.toString();
  }
}

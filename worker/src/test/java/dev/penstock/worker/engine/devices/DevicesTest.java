package dev.penstock.worker.engine.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.config.StartupException;
import dev.penstock.worker.engine.Device;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DevicesTest {
  private static final Path CACHE = Path.of("target/test-cache");

  @Test
  void the_cpu_has_a_lane_for_each_core() {
    try (Device device = Devices.open("cpu", CACHE)) {
      assertThat(device.label()).isEqualTo("cpu");
      assertThat(device.lanes()).isEqualTo(Runtime.getRuntime().availableProcessors());
    }
  }

  @Test
  void auto_takes_the_cpu_where_there_is_no_gpu() {
    assumeTrue(Devices.cudaDeviceCount() == 0, "this machine has a GPU");
    try (Device device = Devices.open("auto", CACHE)) {
      assertThat(device.label()).isEqualTo("cpu");
    }
  }

  @Test
  void a_gpu_that_was_asked_for_and_is_missing_is_an_error() {
    assumeTrue(Devices.cudaDeviceCount() == 0, "this machine has a GPU");
    assertThatThrownBy(() -> Devices.open("cuda:0", CACHE))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith(
            Devices.haveCuda() ? "CUDA device 0 cannot be used: " : "--device cuda: this build")
        .hasMessageContaining("--device cpu")
        .hasMessageNotContaining("onnxruntime_src");
  }

  @Test
  void a_build_for_the_cpu_says_the_command_that_makes_the_other() {
    assertThatThrownBy(() -> Devices.gpusToServe("cuda", false, () -> 2))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("PENSTOCK_FLAVOUR=gpu penstock doctor");
  }

  @ParameterizedTest
  @CsvSource({
    "auto,true,4,4",
    "auto,true,0,0",
    "auto,false,4,0",
    "cuda,true,3,3",
    "cuda:1,true,4,0",
    "cpu,true,4,0",
    "simulated,true,4,0"
  })
  void all_visible_gpus_are_served_unless_one_is_named(
      String device, boolean haveCuda, int visible, int served) {
    assertThat(Devices.gpusToServe(device, haveCuda, () -> visible)).isEqualTo(served);
  }

  @Test
  void cuda_without_a_gpu_says_where_to_look() {
    assertThatThrownBy(() -> Devices.gpusToServe("cuda", true, () -> 0))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("--device cuda: no GPU is visible; look at nvidia-smi");
  }

  @Test
  void a_simulated_device_says_so() {
    try (Device device = Devices.open("simulated:base=1ms", CACHE)) {
      assertThat(device.label()).isEqualTo("simulated");
      assertThat(device.lanes()).isEqualTo(1);
    }
  }
}

package dev.penstock.worker.engine.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.config.StartupException;
import dev.penstock.worker.engine.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
        .hasMessageStartingWith("CUDA device 0 cannot be used")
        .hasMessageEndingWith("or --device cpu.");
  }

  @Test
  void a_simulated_device_says_so() {
    try (Device device = Devices.open("simulated:base=1ms", CACHE)) {
      assertThat(device.label()).isEqualTo("simulated");
      assertThat(device.lanes()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"'0,2',2", "'0,1,2,3,4',3", "'',0", "-1,0", "'1,-1,0',1", "GPU-5d1e,1"})
  void counts_the_gpus_this_process_may_see(String visible, int count, @TempDir Path devices)
      throws Exception {
    for (String name : new String[] {"nvidia0", "nvidia1", "nvidia2", "nvidiactl", "sda"}) {
      Files.createFile(devices.resolve(name));
    }

    assertThat(Devices.cudaDeviceCount(Map.of(), devices)).isEqualTo(3);
    assertThat(Devices.cudaDeviceCount(Map.of("CUDA_VISIBLE_DEVICES", visible), devices))
        .isEqualTo(count);
  }

  @Test
  void counts_none_where_there_are_no_device_files(@TempDir Path devices) {
    assertThat(Devices.cudaDeviceCount(Map.of(), devices.resolve("absent"))).isZero();
  }
}

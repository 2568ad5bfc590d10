package dev.penstock.worker.engine.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.config.StartupException;
import dev.penstock.worker.engine.devices.DeviceSpec.Auto;
import dev.penstock.worker.engine.devices.DeviceSpec.Cpu;
import dev.penstock.worker.engine.devices.DeviceSpec.Cuda;
import dev.penstock.worker.engine.devices.DeviceSpec.Simulated;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DeviceSpecTest {
  private static final SimulatedFaults NONE = new SimulatedFaults(null, null, null, null);

  static Stream<Arguments> specs() {
    return Stream.of(
        Arguments.of("auto", new Auto()),
        Arguments.of("cpu", new Cpu()),
        Arguments.of("cuda", new Cuda(0)),
        Arguments.of("cuda:3", new Cuda(3)),
        Arguments.of("simulated", new Simulated(0, 50_000_000, null, NONE)),
        Arguments.of(
            "simulated:base=0ms,per-image=50ms,max-batch=8", new Simulated(0, 50_000_000, 8, NONE)),
        Arguments.of("simulated:per-image=0.25ms", new Simulated(0, 250_000, null, NONE)),
        Arguments.of("simulated:base=12", new Simulated(12_000_000, 50_000_000, null, NONE)),
        Arguments.of(
            "simulated:crash-on=killer,fail-on=poison,fail-above=4,fail-while=/tmp/sick",
            new Simulated(
                0,
                50_000_000,
                null,
                new SimulatedFaults("killer", "poison", 4, Path.of("/tmp/sick")))));
  }

  @ParameterizedTest
  @MethodSource("specs")
  void reads_every_form(String text, DeviceSpec spec) {
    assertThat(DeviceSpec.parse(text)).isEqualTo(spec);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gpu | Unknown device 'gpu': did you mean 'cuda'? it is one of auto, cpu, cuda",
        "GPU:1 | Unknown device 'GPU:1': did you mean 'cuda:1'?",
        "gpu0 | did you mean 'cuda:0'?",
        "nvidia | did you mean 'cuda'?",
        "0 | did you mean 'cuda:0'?",
        "cuda:99999 | did you mean 'cuda'?",
        "cude | did you mean 'cuda'?",
        "CPU | did you mean 'cpu'?",
        "simulate | did you mean 'simulated'?",
        "quantum | Unknown device 'quantum': it is one of auto",
        "cpu:1 | Unknown device 'cpu:1'",
        "cuda:x | Unknown device 'cuda:x'",
        "cuda: | Unknown device 'cuda:'",
        "simulated: | Unknown device 'simulated:'",
        "simulated:per-picture=5ms | Unknown key 'per-picture=5ms'",
        "simulated:base | Unknown key 'base'",
        "simulated:base=1ms, | Unknown key ''",
        "simulated:base=-1ms | '-1ms' in device 'simulated:base=-1ms' is no duration",
        "simulated:base=1s | '1s' in device 'simulated:base=1s' is no duration",
        "simulated:max-batch=0 | max-batch of device",
        "simulated:max-batch=1.5 | max-batch of device",
        "simulated:fail-above=none | fail-above of device",
        "simulated:fail-on= | Unknown key 'fail-on='",
      })
  void says_what_is_wrong_with_others(String text, String message) {
    assertThatThrownBy(() -> DeviceSpec.parse(text))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(message);
  }
}

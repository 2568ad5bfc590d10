package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.penstock.config.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS)
final class GpusTest {
  @TempDir Path folder;

  @Test
  void counts_what_the_drivers_tool_lists() throws IOException {
    String tool =
        tool(
            """
            echo 'GPU 0: NVIDIA H100 (UUID: GPU-1)'
            echo '  MIG 1g.10gb Device 0: (UUID: MIG-1)'
            echo 'GPU 1: NVIDIA H100 (UUID: GPU-2)'
            """);
    assertThat(Gpus.count(Map.of(), tool)).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"0,1", "'2,3',2", "'GPU-1,GPU-2,GPU-3',3", "'1,-1,2',1"})
  void counts_only_what_cuda_may_see(String visible, int count) throws IOException {
    assertThat(Gpus.count(Map.of("CUDA_VISIBLE_DEVICES", visible), tool("exit 9")))
        .isEqualTo(count);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1"})
  void refuses_when_cuda_may_see_none(String visible) {
    refuses(Map.of("CUDA_VISIBLE_DEVICES", visible), "nvidia-smi")
        .withMessageContaining("CUDA_VISIBLE_DEVICES is " + visible);
  }

  @ParameterizedTest
  @ValueSource(strings = {"exit 0", "exit 9", "echo 'No devices were found'"})
  void refuses_when_the_tool_lists_none(String script) throws IOException {
    refuses(Map.of(), tool(script)).withMessageContaining("lists none");
  }

  @Test
  void refuses_when_there_is_no_driver() {
    refuses(Map.of(), folder.resolve("missing").toString())
        .withMessageContaining("the NVIDIA driver does not seem to be installed")
        .withMessageContaining("--device cpu");
  }

  private static ThrowableAssertAlternative<StartupException> refuses(
      Map<String, String> environment, String tool) {
    return assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> Gpus.count(environment, tool));
  }

  private String tool(String script) throws IOException {
    Path tool = Files.writeString(folder.resolve("nvidia-smi"), "#!/bin/sh\n" + script + "\n");
    assertThat(tool.toFile().setExecutable(true)).isTrue();
    return tool.toString();
  }
}

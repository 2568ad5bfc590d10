package dev.penstock.worker.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AvailableMemoryTest {
  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void machine() throws IOException {
    write("meminfo", "MemTotal:  1000 kB\nMemFree:  20 kB\nMemAvailable:   300 kB\n");
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }

  private long bytes() {
    return new AvailableMemory(folder.resolve("meminfo"), folder).bytes();
  }

  @Test
  void is_what_the_machine_has_left_besides_what_it_keeps_of_files() {
    assertThat(bytes()).isEqualTo(300 << 10);
  }

  @Test
  void is_what_the_container_has_left_where_that_is_less() throws IOException {
    write("memory.max", "100000\n");
    write("memory.current", "90000\n");
    write("memory.stat", "anon 50000\ninactive_file 20000\n");

    assertThat(bytes()).isEqualTo(30_000);
  }

  @Test
  void a_container_without_a_limit_has_what_the_machine_has() throws IOException {
    write("memory.max", "max\n");
    write("memory.current", "90000\n");

    assertThat(bytes()).isEqualTo(300 << 10);
  }

  @Test
  void is_without_bound_where_the_system_does_not_say() throws IOException {
    write("meminfo", "something else\n");
    assertThat(bytes()).isEqualTo(Long.MAX_VALUE);
    Files.delete(folder.resolve("meminfo"));
    assertThat(bytes()).isEqualTo(Long.MAX_VALUE);
  }
}

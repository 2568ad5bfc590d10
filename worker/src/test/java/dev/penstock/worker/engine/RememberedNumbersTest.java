package dev.penstock.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RememberedNumbersTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void what_is_put_is_there_after_the_next_start_and_the_latest_counts() {
    new RememberedNumbers(folder.resolve("new")).put("key", 5);
    new RememberedNumbers(folder.resolve("new")).put("key", 1L << 40);

    assertThat(new RememberedNumbers(folder.resolve("new")).get("key")).isEqualTo(1L << 40);
    assertThat(new RememberedNumbers(folder.resolve("new")).get("other")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"many", "", "-3", "1e3"})
  void what_cannot_be_right_is_nothing(String content) throws IOException {
    Files.writeString(folder.resolve("key"), content);

    assertThat(new RememberedNumbers(folder).get("key")).isZero();
  }

  @Test
  void a_folder_that_cannot_be_written_is_no_failure() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    var numbers = new RememberedNumbers(file);

    numbers.put("key", 5);

    assertThat(numbers.get("key")).isZero();
  }
}

package dev.penstock.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "20MB,20000000",
    "20mb,20000000",
    "512KiB,524288",
    "1.5GB,1500000000",
    "1GiB,1073741824",
    "3 MiB,3145728",
    "7KB,7000",
    "12B,12",
    "12,12",
    "0,0",
    "1.9,1"
  })
  void reads_what_people_write(String text, long bytes) {
    assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MB", "-1MB", "20 megabytes", "1TB", "1,5MB"})
  void refuses_anything_else_with_examples(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ByteSize.parse(text))
        .withMessageStartingWith("'%s' is no size: write for example 20MB", text);
  }

  @Test
  void refuses_more_bytes_than_a_long_holds() {
    assertThatIllegalArgumentException().isThrownBy(() -> ByteSize.parse("999999999999GiB"));
    assertThatIllegalArgumentException().isThrownBy(() -> new ByteSize(-1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"20MB", "7KB", "12B", "0B", "1048576B"})
  void writes_what_it_reads(String text) {
    assertThat(ByteSize.parse(text)).hasToString(text);
  }
}

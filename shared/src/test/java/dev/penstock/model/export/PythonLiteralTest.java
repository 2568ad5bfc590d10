package dev.penstock.model.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.PackageException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PythonLiteralTest {
  @Test
  void reads_what_export_tools_write() throws Exception {
    assertThat(PythonLiteral.parse("[640, 480]")).isEqualTo(List.of(640L, 480L));
    assertThat(PythonLiteral.parse("{0: 'cat', 1: \"dog's\"}"))
        .isEqualTo(Map.of("0", "cat", "1", "dog's"));
    assertThat(PythonLiteral.parse("{'batch': 1, 'half': False, 'nms': True, 'fraction': 1.5}"))
        .isEqualTo(Map.of("batch", 1L, "half", false, "nms", true, "fraction", 1.5));
    assertThat(PythonLiteral.parse("(1, None,)")).isEqualTo(Arrays.asList(1L, null));
    assertThat(PythonLiteral.parse("{0: ['a', 'b']}")).isEqualTo(Map.of("0", List.of("a", "b")));
    assertThat(PythonLiteral.parse(" {} ")).isEqualTo(Map.of());
    assertThat(PythonLiteral.parse("-3")).isEqualTo(-3L);
  }

  @Test
  void reads_escapes_and_letters_of_all_scripts() throws Exception {
    assertThat(PythonLiteral.parse("'a\\'b\\\\c\\n\\x41\\u00e4\\U0001F600 猫'"))
        .isEqualTo("a'b\\c\nAä😀 猫");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[1, 2",
        "{0: 'a' 1: 'b'}",
        "{0 'a'}",
        "'open",
        "'\\q'",
        "'\\u12'",
        "'\\U7fffffff'",
        "[1] [2]",
        "word",
        "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]"
      })
  void anything_else_is_refused_with_its_place(String text) {
    assertThatThrownBy(() -> PythonLiteral.parse(text))
        .isInstanceOf(PackageException.class)
        .hasMessageStartingWith("character ");
  }
}

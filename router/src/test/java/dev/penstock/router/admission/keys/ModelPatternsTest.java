package dev.penstock.router.admission.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelPatternsTest {
  @ParameterizedTest
  @CsvSource({
    "coco/1, coco/1, true",
    "coco/1, coco/11, false",
    "coco/1, xcoco/1, false",
    "coco/01, coco/1, true",
    "coco/*, coco/1, true",
    "coco/*, coco/best, true",
    "coco/*, coco-private/1, false",
    "coco/*, coco, false",
    "team-*, team-a/3, true",
    "*/1, parts/1, true",
    "*/1, parts/12, false",
    "*, anything/9, true",
    "a.c/1, abc/1, false",
    "a/(b|c), a/b, false",
    "parts/7 coco/*, parts/7, true",
    "parts/7 coco/*, coco/2, true",
    "parts/7 coco/*, parts/8, false"
  })
  void a_star_stands_for_anything_and_all_else_for_itself(
      String patterns, String modelId, boolean allowed) {
    assertThat(ModelPatterns.of(Arrays.asList(patterns.split(" "))).allow(modelId))
        .isEqualTo(allowed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b/c", "/", "a/", "coco/ *", "..", "ü/*"})
  void what_can_be_no_model_is_refused(String pattern) {
    assertThatIllegalArgumentException().isThrownBy(() -> ModelPatterns.of(List.of(pattern)));
  }

  @Test
  void an_id_that_no_model_can_have_fits_no_pattern_but_all() {
    String endless = "a".repeat(100_000);
    assertThat(ModelPatterns.of(List.of("*a*a*a*a*b")).allow(endless)).isFalse();
    assertThat(ModelPatterns.of(List.of("a*")).allow(endless)).isFalse();
    assertThat(ModelPatterns.ALL.allow(endless)).isTrue();
  }

  @Test
  void alike_are_equal() {
    assertThat(ModelPatterns.of(List.of("coco/01")))
        .isEqualTo(ModelPatterns.of(List.of("coco/1")))
        .hasSameHashCodeAs(ModelPatterns.of(List.of("coco/1")))
        .isNotEqualTo(ModelPatterns.ALL)
        .hasToString("coco/1");
  }
}

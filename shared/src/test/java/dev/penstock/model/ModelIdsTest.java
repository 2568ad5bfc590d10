package dev.penstock.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelIdsTest {
  @ParameterizedTest
  @CsvSource({
    "coco/1,coco/1",
    "coco/001,coco/1",
    "coco/0,coco/0",
    "coco/000,coco/0",
    "coco/10,coco/10",
    "coco/1a,coco/1a",
    "coco/01a,coco/01a",
    "workspace/my-model,workspace/my-model",
    "yolov8n-640,yolov8n-640",
    "Coco/1,Coco/1"
  })
  void reads_numbers_as_integers_and_keeps_the_rest(String spelling, String canonical) {
    assertThat(ModelIds.canonical(spelling)).isEqualTo(canonical);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "coco/", "/1", "a/b/c", "coco//1", "../1", "coco/..", "."})
  void nothing_else_is_an_id(String spelling) {
    assertThat(ModelIds.canonical(spelling)).isNull();
  }
}

package dev.penstock.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ModelAliasesTest {
  @ParameterizedTest
  @CsvSource({
    "yolov8n-640, coco/3",
    "yolov8x-1280, coco/13",
    "yolov11n-640, coco/25",
    "yolo11n-640, coco/25",
    "rfdetr-large, coco/50",
    "yolov8n-seg-640, coco-dataset-vdnr1/2",
    "yolov8n-pose-640, coco-pose-detection/1",
    "resnet18, classifiers/1",
    "coco/3, coco/3",
    "nobody, nobody"
  })
  void the_hosted_names_are_known(String name, String id) {
    assertThat(ModelAliases.hosted().resolve(name)).isEqualTo(id);
  }

  @Test
  void every_hosted_name_stands_for_what_can_be_a_model_id() {
    assertThat(ModelAliases.hosted().targets())
        .hasSizeGreaterThan(100)
        .allSatisfy(
            (name, id) -> {
              assertThat(ModelIds.canonical(name)).isEqualTo(name);
              assertThat(ModelIds.canonical(id)).isEqualTo(id);
            });
  }

  @Test
  void given_names_win() {
    ModelAliases aliases = ModelAliases.hosted().with(Map.of("yolov8n-640", "mine/1"));
    assertThat(aliases.resolve("yolov8n-640")).isEqualTo("mine/1");
    assertThat(aliases.resolve("yolov8s-640")).isEqualTo("coco/6");
  }
}

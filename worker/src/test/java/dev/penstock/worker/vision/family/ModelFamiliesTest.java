package dev.penstock.worker.vision.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Descriptions;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.yolo.YoloV8Detection;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFamiliesTest {
  @ParameterizedTest
  @CsvSource({
    "yolox,object-detection,false,architecture 'yolox' with task 'object-detection' is not",
    "yolov8,instance-segmentation,false,architecture 'yolov8' with task 'instance-segmentation' is",
    "yolov8,object-detection,true,task 'object-detection' and fused post-processing is not"
  })
  void names_the_model_it_does_not_know(
      String architecture, String task, boolean fused, String message) {
    ModelDescription model = Descriptions.model(architecture, task, fused, List.of("cat"));

    assertThatThrownBy(() -> ModelFamilies.of(model))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"yolov8", "yolov9", "yolov11", "yolov12"})
  void knows_the_architectures_of_the_layout_of_yolov8(String architecture) throws Exception {
    assertThat(
            ModelFamilies.of(
                Descriptions.model(architecture, "object-detection", false, List.of("cat"))))
        .isInstanceOf(YoloV8Detection.class);
  }
}

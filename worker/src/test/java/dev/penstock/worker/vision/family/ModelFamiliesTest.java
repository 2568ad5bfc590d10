package dev.penstock.worker.vision.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Descriptions;
import dev.penstock.worker.vision.UnsupportedModelException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelFamiliesTest {
  @ParameterizedTest
  @CsvSource({
    "yolact,object-detection,architecture 'yolact' with task 'object-detection' is not supported",
    "yolov10,keypoint-detection,architecture 'yolov10' with task 'keypoint-detection' is not",
    "yolov8,obb,it serves object-detection of yolov8"
  })
  void names_the_model_it_does_not_know(String architecture, String task, String message) {
    ModelDescription model = Descriptions.model(architecture, task, false, List.of("cat"));

    assertThatThrownBy(() -> ModelFamilies.of(model))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "object-detection,yolov5 yolov8 yolov9 yolov10 yolov11 yolov12 yolo26 yolonas yololite",
    "instance-segmentation,yolov5 yolov7 yolov8 yolov11 yolov12 yolo26",
    "keypoint-detection,yolov8 yolov11 yolov12 yolo26"
  })
  void knows_these_architectures(String task, String architectures) throws Exception {
    for (String architecture : architectures.split(" ")) {
      assertThat(ModelFamilies.of(Descriptions.model(architecture, task, false, List.of("cat"))))
          .isNotNull();
    }
  }
}

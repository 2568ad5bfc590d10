package dev.penstock.model.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.Contrast;
import dev.penstock.model.ModelDescription.Normalization;
import dev.penstock.model.ModelDescription.PostProcessing;
import dev.penstock.model.ModelDescription.Preprocessing;
import dev.penstock.model.ModelDescription.ResizeMode;
import dev.penstock.model.ModelDescription.StaticCrop;
import dev.penstock.model.onnx.OnnxBuilder;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheLayoutTest {
  private static final String CROP_AND_CONTRAST =
      "{\"auto-orient\":{\"enabled\":true},\"resize\":{\"enabled\":true,\"format\":\"Fit (black edges)"
          + " in\",\"width\":640,\"height\":640},\"contrast\":{\"enabled\":true,\"type\":\"Histogram"
          + " Equalization\"},\"static-crop\":{\"enabled\":true,\"x_min\":10,\"x_max\":90,\"y_min\":10,"
          + "\"y_max\":90},\"grayscale\":{\"enabled\":true}}";

  @TempDir private Path folder = Path.of("");

  private static JsonObject environment(Object preprocessing) {
    return new JsonObject()
        .put("PREPROCESSING", preprocessing)
        .put("CLASS_MAP", new JsonObject().put("1", "dog").put("0", "cat").put("10", "emu"))
        .put("COLORS", new JsonObject().put("cat", "#C7FC00"))
        .put("MULTICLASS", false);
  }

  private ModelDescription read(JsonObject environment, String type, String task) throws Exception {
    Files.writeString(folder.resolve("environment.json"), environment.encode());
    Files.writeString(
        folder.resolve("model_type.json"),
        new JsonObject().put("model_type", type).put("project_task_type", task).encode());
    OnnxBuilder.detector().write(folder.resolve("weights.onnx"));
    return PackageReader.read("pets/1", folder).description();
  }

  @Test
  void reads_the_environment_of_a_detector() throws Exception {
    ModelDescription model = read(environment(CROP_AND_CONTRAST), "yolov8n", "object-detection");

    assertThat(model.architecture()).isEqualTo("yolov8");
    assertThat(model.taskType()).isEqualTo("object-detection");
    assertThat(model.classNames()).containsExactly("cat", "dog", "emu");
    assertThat(model.input().resizeMode()).isEqualTo(ResizeMode.LETTERBOX);
    assertThat(model.input().paddingValue()).isZero();
    assertThat(List.of(model.input().width(), model.input().height())).containsExactly(96, 64);
    assertThat(model.preprocessing())
        .isEqualTo(
            new Preprocessing(
                new StaticCrop(10, 90, 10, 90), true, Contrast.HISTOGRAM_EQUALIZATION));
    assertThat(model.postProcessing()).isEqualTo(new PostProcessing("nms", false));
    assertThat(model.forwardPass().staticBatch()).isEqualTo(1);
  }

  @Test
  void preprocessing_may_be_an_object_too_and_class_names_a_file() throws Exception {
    Files.writeString(folder.resolve("class_names.txt"), "Katze\nHund\n");

    ModelDescription model =
        read(environment(new JsonObject(CROP_AND_CONTRAST)), "yolov8n", "object-detection");

    assertThat(model.classNames()).containsExactly("Katze", "Hund");
    assertThat(model.preprocessing().grayscale()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "Stretch to,STRETCH,0",
    "Fit (white edges) in,LETTERBOX,255",
    "Fit (grey edges) in,LETTERBOX,127",
    "Fit (reflect edges) in,LETTERBOX_REFLECT_EDGES,0",
    "Fit within,FIT_LONGER_EDGE,0",
    "Fill (with center crop) in,CENTER_CROP,0"
  })
  void knows_every_way_to_resize(String format, ResizeMode mode, int padding) throws Exception {
    var resize = new JsonObject().put("resize", new JsonObject().put("format", format));

    assertThat(read(environment(resize), "yolov8n", "object-detection").input())
        .extracting(input -> input.resizeMode(), input -> input.paddingValue())
        .containsExactly(mode, padding);
  }

  @ParameterizedTest
  @CsvSource({
    "yolov5v6s,object-detection,yolov5",
    "yolov11n-seg,instance-segmentation,yolov11",
    "yolo11m-pose,keypoint-detection,yolov11",
    "yolov26n,object-detection,yolo26",
    "yolo_nas_s,object-detection,yolonas",
    "rfdetr-base,object-detection,rfdetr",
    "yololite_n,object-detection,yololite",
    "vit-base,classification,vit",
    "resnet18,classification,resnet",
    "deep-lab-v3-plus,semantic-segmentation,deep-lab-v3-plus"
  })
  void knows_the_names_of_architectures(String type, String task, String architecture)
      throws Exception {
    assertThat(read(environment("{}"), type, task).architecture()).isEqualTo(architecture);
  }

  @Test
  void classifiers_are_normalized_as_their_architecture_was_trained() throws Exception {
    assertThat(read(environment("{}"), "vit", "classification").input().normalization())
        .isEqualTo(new Normalization(List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5)));
    ModelDescription several =
        read(environment("{}").put("MULTICLASS", true), "resnet18", "classification");
    assertThat(several.taskType()).isEqualTo("multi-label-classification");
    assertThat(several.postProcessing().type()).isEqualTo("sigmoid");
  }

  @Test
  void what_is_not_known_is_refused() {
    assertThatThrownBy(() -> read(environment("{}"), "florence-2", "lmm"))
        .hasMessageContaining("model_type 'florence-2' for task 'lmm' is not known");
    assertThatThrownBy(
            () -> read(environment("{\"resize\":{\"format\":\"Tile\"}}"), "vit", "classification"))
        .hasMessageContaining("PREPROCESSING.resize.format must be one of [Fill");
    assertThatThrownBy(() -> read(environment("{"), "vit", "classification"))
        .hasMessageContaining("PREPROCESSING must be an object");
    assertThatThrownBy(() -> read(new JsonObject(), "vit", "classification"))
        .hasMessageContaining("add class_names.txt");
  }

  @Test
  void a_network_with_sides_that_none_has_is_refused() throws Exception {
    Files.writeString(folder.resolve("environment.json"), environment("{}").encode());
    new OnnxBuilder()
        .input("images", OnnxBuilder.FLOAT, 5_000_000_000L, 3, 64, 64)
        .output("output0", OnnxBuilder.FLOAT, 1, 6, 84)
        .write(folder.resolve("weights.onnx"));
    assertThatThrownBy(() -> PackageReader.read("pets/1", folder))
        .hasMessageContaining("sides from 1 to 16384 can be served");
  }
}

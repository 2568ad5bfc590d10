package dev.penstock.model.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.ColorMode;
import dev.penstock.model.ModelDescription.DatasetSize;
import dev.penstock.model.ModelDescription.Normalization;
import dev.penstock.model.ModelDescription.PostProcessing;
import dev.penstock.model.ModelDescription.ResizeMode;
import dev.penstock.model.PackageException;
import dev.penstock.model.onnx.OnnxBuilder;
import dev.penstock.model.onnx.OnnxSignature;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports that say nothing of themselves, or what the tool's newer heads say. */
class ForeignExportTest {
  private static final int FLOAT = OnnxBuilder.FLOAT;
  private static final int INT64 = OnnxBuilder.INT64;
  private static final List<String> TWO = List.of("cat", "dog");
  private static final Normalization IMAGENET =
      new Normalization(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));
  private static final ExportHints PIXELS = hints(TWO, 255.0, null);

  @TempDir private Path folder = Path.of("");

  private static ExportHints hints(
      List<String> names, @Nullable Double scale, @Nullable Normalization normalization) {
    return new ExportHints(names, null, null, null, null, null, null, scale, normalization, null);
  }

  private ModelDescription describe(OnnxBuilder export, ExportHints hints) throws Exception {
    return OnnxExport.describe(OnnxSignature.read(export.write(folder.resolve("m.onnx"))), hints);
  }

  private ModelDescription describe(OnnxBuilder export) throws Exception {
    return describe(export, ExportHints.names(TWO));
  }

  private void assertRefused(OnnxBuilder export, ExportHints hints, String reason) {
    assertThatThrownBy(() -> describe(export, hints))
        .isInstanceOf(PackageException.class)
        .hasMessageContaining(reason);
  }

  private static OnnxBuilder image() {
    return new OnnxBuilder().input("images", FLOAT, 1, 3, 64, 96);
  }

  private static OnnxBuilder ultralytics(String task, String description) {
    return image()
        .meta("task", task)
        .meta("description", description)
        .meta("names", "{0: 'cat', 1: 'dog'}");
  }

  @ParameterizedTest
  @CsvSource({"6, 84, false", "7, 84, false", "300, 7, true", "84, 7, true"})
  void oriented_boxes_are_objects(int rows, int columns, boolean finished) throws Exception {
    var export = ultralytics("obb", "YOLO11n-obb").output("output0", FLOAT, 1, rows, columns);
    if (rows == 6) {
      assertRefused(export, ExportHints.NONE, "which are [batch, 7, candidates]");
      return;
    }
    ModelDescription model = describe(export, ExportHints.NONE);

    assertThat(model.taskType()).isEqualTo("object-detection");
    assertThat(model.architecture()).isEqualTo("yolo-obb");
    assertThat(model.postProcessing().fused()).isEqualTo(finished);
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 7})
  void rt_detr_of_ultralytics_is_stretched(int columns) throws Exception {
    List<String> names = columns == 6 ? TWO : List.of("a", "b", "c");
    ModelDescription model =
        describe(
            ultralytics("detect", "Ultralytics rtdetr-l model")
                .output("output0", FLOAT, 1, 300, columns),
            ExportHints.names(names));

    assertThat(model.architecture()).isEqualTo("rtdetr");
    assertThat(model.input().resizeMode()).isEqualTo(ResizeMode.STRETCH);
    assertThat(model.input().scalingFactor()).isEqualTo(255);
  }

  @Test
  void key_points_may_lack_a_confidence() throws Exception {
    ModelDescription model =
        describe(
            ultralytics("pose", "YOLOv8n-pose")
                .output("output0", FLOAT, 1, 16, 84)
                .meta("kpt_shape", "[5, 2]"),
            ExportHints.NONE);

    assertThat(model.architecture()).isEqualTo("yolo-xy");
    assertThat(model.keypoints()).allSatisfy(names -> assertThat(names).hasSize(5));
  }

  @Test
  void heads_beside_their_concatenation_are_left_out() throws Exception {
    ModelDescription model =
        describe(
            image()
                .output("output", FLOAT, 1, 252, 7)
                .output("a", FLOAT, 1, 3, 8, 12, 7)
                .output("b", FLOAT, 1, 3, 4, 6, 7)
                .output("c", FLOAT, 1, 3, 2, 3, 7));
    ModelDescription last =
        describe(
            image()
                .output("a", FLOAT, 1, 3, 8, 12, 7)
                .output("b", FLOAT, 1, 3, 4, 6, 7)
                .output("output", FLOAT, 1, 252, 7));

    assertThat(model.taskType()).isEqualTo("object-detection");
    assertThat(model.outputs()).containsExactly(0);
    assertThat(last.outputs()).containsExactly(2);
  }

  @Test
  void prototypes_may_come_before_boxes() throws Exception {
    ModelDescription model =
        describe(image().output("proto", FLOAT, 1, 32, 16, 24).output("boxes", FLOAT, 1, 38, 84));

    assertThat(model.taskType()).isEqualTo("instance-segmentation");
    assertThat(model.outputs()).containsExactly(1, 0);
  }

  @Test
  void queries_with_their_own_post_processing_are_told_the_size() throws Exception {
    ModelDescription model =
        describe(
            image()
                .input("orig_target_sizes", INT64, "N", 2)
                .output("labels", INT64, "N", 300)
                .output("boxes", FLOAT, "N", 300, 4)
                .output("scores", FLOAT, "N", 300));
    ModelDescription without =
        describe(
            image()
                .output("scores", FLOAT, 1, 300)
                .output("labels", INT64, 1, 300)
                .output("boxes", FLOAT, 1, 300, 4));

    assertThat(model.architecture()).isEqualTo("dfine");
    assertThat(model.input().resizeMode()).isEqualTo(ResizeMode.STRETCH_ANTIALIASED);
    assertThat(model.outputs()).containsExactly(0, 1, 2);
    assertThat(without.outputs()).containsExactly(1, 2, 0);
  }

  @Test
  void rf_detr_of_its_own_tool_is_normalized() throws Exception {
    ModelDescription model =
        describe(image().output("dets", FLOAT, 1, 100, 4).output("labels", FLOAT, 1, 100, 3));
    ModelDescription masks =
        describe(
            image()
                .output("dets", FLOAT, 1, 100, 4)
                .output("labels", FLOAT, 1, 100, 3)
                .output("masks", FLOAT, 1, 100, 16, 24));

    assertThat(model.architecture()).isEqualTo("detr");
    assertThat(model.postProcessing().type()).isEqualTo("sigmoid");
    assertThat(model.input().normalization()).isEqualTo(IMAGENET);
    assertThat(model.input().resizeMode()).isEqualTo(ResizeMode.STRETCH);
    assertThat(masks.taskType()).isEqualTo("instance-segmentation");
    assertThat(masks.outputs()).containsExactly(0, 1, 2);
    assertRefused(
        image().output("dets", FLOAT, 1, 100, 4).output("labels", FLOAT, 1, 100, 91),
        ExportHints.names(TWO),
        "does not fit 2 class names, of which there must be as many as logits, or one less");
  }

  @Test
  void the_eighty_names_of_coco_find_their_ids() throws Exception {
    List<String> coco = IntStream.range(0, 80).mapToObj(i -> "name " + i).toList();
    ModelDescription model =
        describe(
            image().output("dets", FLOAT, 1, 300, 4).output("labels", FLOAT, 1, 300, 91),
            ExportHints.names(coco));

    assertThat(model.classNames()).hasSize(91);
    assertThat(model.classNames().get(1)).isEqualTo("name 0"); // person
    assertThat(model.classNames().get(18)).isEqualTo("name 16"); // dog
    assertThat(model.classNames().get(90)).isEqualTo("name 79"); // toothbrush
    assertThat(model.postProcessing().removedClasses()).hasSize(11).contains("no category 83");
  }

  @Test
  void detr_has_a_logit_for_no_object_and_others_ask_what_pixels_become() throws Exception {
    ModelDescription detr =
        describe(image().output("logits", FLOAT, 1, 100, 3).output("pred_boxes", FLOAT, 1, 100, 4));
    var others = image().output("logits", FLOAT, 1, 100, 2).output("pred_boxes", FLOAT, 1, 100, 4);

    assertThat(detr.postProcessing().type()).isEqualTo("softmax");
    assertThat(detr.outputs()).containsExactly(1, 0);
    assertThat(detr.input().normalization()).isEqualTo(IMAGENET);
    assertRefused(others, ExportHints.names(TWO), "put inference_config.json beside it");
    assertThat(describe(others, PIXELS).postProcessing().type()).isEqualTo("sigmoid");
    assertThat(describe(others, PIXELS).input().normalization()).isNull();
    assertRefused(
        others, hints(List.of("a", "b", "c", "d"), 255.0, null), "does not fit 4 class names");
  }

  @Test
  void detectors_of_torchvision_name_the_background_and_take_one_picture() throws Exception {
    var export =
        new OnnxBuilder()
            .input("image", FLOAT, 3, 64, 96)
            .output("boxes", FLOAT, "n", 4)
            .output("labels", INT64, "n")
            .output("scores", FLOAT, "n");
    ModelDescription model = describe(export, ExportHints.names(List.of("__background__", "cat")));

    assertThat(model.architecture()).isEqualTo("torchvision");
    assertThat(model.outputs()).containsExactly(1, 0, 2);
    assertThat(model.forwardPass().staticBatch()).isEqualTo(1);
    assertThat(model.input().width()).isEqualTo(96);
    assertRefused(export, ExportHints.names(TWO), "put the line __background__ first");
  }

  @Test
  void mmdetection_asks_what_pixels_become() throws Exception {
    var export = image().output("dets", FLOAT, 1, 100, 5).output("labels", INT64, 1, 100);
    var normalization =
        new Normalization(List.of(103.53, 116.28, 123.675), List.of(57.375, 57.12, 58.395));

    assertRefused(export, ExportHints.names(TWO), "differs among mmdetection's detectors");
    ModelDescription model = describe(export, hints(TWO, null, normalization));
    assertThat(model.architecture()).isEqualTo("mmdet");
    assertThat(model.input().normalization()).isEqualTo(normalization);
    assertThat(model.input().scalingFactor()).isNull();
  }

  @Test
  void rows_of_yolov7_begin_with_the_number_of_the_picture() throws Exception {
    ModelDescription model = describe(image().output("output", FLOAT, "Concat_dim_0", 7));

    assertThat(describe(image().output("output", FLOAT, "rows", "columns")).architecture())
        .isEqualTo("yolov7");
    assertThat(model.architecture()).isEqualTo("yolov7");
    assertThat(model.postProcessing()).isEqualTo(new PostProcessing("nms", true));
    assertThat(model.input().resizeMode()).isEqualTo(ResizeMode.LETTERBOX_ROUNDED);
  }

  @Test
  void a_classifier_of_seven_classes_is_no_yolov7() throws Exception {
    List<String> seven = List.of("a", "b", "c", "d", "e", "f", "g");
    ModelDescription fixed =
        describe(image().output("logits", FLOAT, 1, 7), hints(seven, 255.0, null));
    ModelDescription free =
        describe(
            new OnnxBuilder().input("x", FLOAT, "N", 3, 64, 64).output("logits", FLOAT, "N", 7),
            hints(seven, 255.0, null));

    assertThat(fixed.taskType()).isEqualTo("classification");
    assertThat(free.taskType()).isEqualTo("classification");
  }

  @Test
  void picodet_is_told_by_its_eight_heads() throws Exception {
    OnnxBuilder export = image();
    for (int columns : new int[] {2, 32}) {
      for (int cells : new int[] {96, 24, 6, 2}) {
        export.output(columns + "-" + cells, FLOAT, 1, cells, columns);
      }
    }
    ModelDescription model = describe(export);

    assertThat(model.architecture()).isEqualTo("picodet");
    assertThat(model.outputs()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    assertRefused(export, ExportHints.names(List.of("a")), "does not fit 1 class names");
  }

  @Test
  void classifiers_ask_for_names_and_for_what_pixels_become() throws Exception {
    var export = image().output("logits", FLOAT, 1, 1000);
    List<String> names = IntStream.range(0, 1000).mapToObj(i -> "name " + i).toList();

    assertRefused(export, ExportHints.NONE, "no class names, and 1000 are needed");
    assertRefused(export, PIXELS, "has 1000 scores, and there are 2 class names");
    assertRefused(
        export, ExportHints.names(names), "\"normalization\": [[0.485, 0.456, 0.406], [0.229");
    ModelDescription model =
        describe(
            export,
            new ExportHints(
                names,
                null,
                null,
                null,
                null,
                null,
                ColorMode.BGR,
                null,
                IMAGENET,
                new DatasetSize(232, 232)));
    assertThat(model.taskType()).isEqualTo("classification");
    assertThat(model.input().resizeMode()).isEqualTo(ResizeMode.SHORTER_EDGE_CROP);
    assertThat(model.input().datasetSize()).isEqualTo(new DatasetSize(232, 232));
    assertThat(model.input().scalingFactor()).isEqualTo(255);
    assertThat(model.input().colorMode()).isEqualTo(ColorMode.BGR);
  }

  @Test
  void classifiers_of_yolov5_are_known() throws Exception {
    ModelDescription model =
        describe(
            image()
                .output("output0", FLOAT, 1, 2)
                .meta("stride", "32")
                .meta("names", "{0: 'cat', 1: 'dog'}"),
            ExportHints.NONE);

    assertThat(model.input().resizeMode()).isEqualTo(ResizeMode.CENTER_SQUARE);
    assertThat(model.input().normalization()).isEqualTo(IMAGENET);
    assertThat(model.postProcessing()).isEqualTo(new PostProcessing("softmax", false));
  }

  @Test
  void scores_of_pixels_are_class_maps() throws Exception {
    var first = image().output("out", FLOAT, 1, 2, 64, 96);
    var last = new OnnxBuilder().input("x", FLOAT, 1, 64, 96, 3).output("y", FLOAT, 1, 64, 96, 2);

    assertRefused(first, ExportHints.names(TWO), "networks that answer scores of each pixel");
    assertThat(describe(first, PIXELS).taskType()).isEqualTo("semantic-segmentation");
    assertThat(describe(first, PIXELS).architecture()).isEqualTo("deep-lab-v3-plus");
    assertThat(describe(last, PIXELS).architecture()).isEqualTo("planes-last");
    assertThat(describe(last, PIXELS).input().channelsLast()).isTrue();
  }

  @Test
  void bytes_are_scaled_by_the_network_and_channels_may_come_last() throws Exception {
    ModelDescription model =
        describe(
            new OnnxBuilder()
                .input("x", OnnxBuilder.UINT8, 1, 64, 96, 3)
                .output("y", FLOAT, 1, 6, 84));

    assertThat(model.input().scalingFactor()).isNull();
    assertThat(model.input().channelsLast()).isTrue();
    assertThat(model.input().width()).isEqualTo(96);
    assertThat(model.input().height()).isEqualTo(64);
  }
}

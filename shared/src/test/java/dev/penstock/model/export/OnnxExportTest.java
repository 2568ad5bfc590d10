package dev.penstock.model.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.Arithmetic;
import dev.penstock.model.ModelDescription.ColorMode;
import dev.penstock.model.ModelDescription.ForwardPass;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.PostProcessing;
import dev.penstock.model.ModelDescription.Preprocessing;
import dev.penstock.model.ModelDescription.ResizeMode;
import dev.penstock.model.PackageException;
import dev.penstock.model.onnx.OnnxBuilder;
import dev.penstock.model.onnx.OnnxSignature;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxExportTest {
  private static final String TWO_CLASSES = "{0: 'cat', 1: 'dog'}";

  @TempDir private Path folder = Path.of("");

  private ModelDescription describe(OnnxBuilder export) throws Exception {
    return describe(export, List.of());
  }

  private ModelDescription describe(OnnxBuilder export, List<String> classNames) throws Exception {
    return OnnxExport.describe(
        OnnxSignature.read(export.write(folder.resolve("m.onnx"))), ExportHints.names(classNames));
  }

  private static OnnxBuilder export(String task, String yolo) {
    return new OnnxBuilder()
        .input("images", OnnxBuilder.FLOAT, "batch", 3, "height", "width")
        .meta("description", "Ultralytics " + yolo + " model trained on pets.yaml")
        .meta("task", task)
        .meta("imgsz", "[64, 64]")
        .meta("names", TWO_CLASSES);
  }

  @Test
  void a_detector_is_described_by_its_metadata_and_shapes() throws Exception {
    assertThat(describe(OnnxBuilder.detector()))
        .isEqualTo(
            new ModelDescription(
                "yolov8",
                "object-detection",
                List.of("cat", "dog"),
                new NetworkInput(
                    96,
                    64,
                    3,
                    ColorMode.RGB,
                    ResizeMode.LETTERBOX_ROUNDED,
                    114,
                    255.0,
                    null,
                    false),
                new Preprocessing(null, false, null),
                new ForwardPass(1, null),
                new PostProcessing("nms", false),
                List.of(),
                Arithmetic.TOOL));
  }

  @ParameterizedTest
  @CsvSource({
    "Ultralytics YOLOv8n model trained on /srv/yolo11/pets.yaml, yolov8",
    "Ultralytics best model trained on /srv/yolov9/pets.yaml, yolov8",
    "Ultralytics best model trained on ../rtdetr/yolo12.yaml, yolov8",
    "/srv/yolov9/best.pt, yolov8",
    "C:\\yolo12\\best.pt, yolov8",
    "Ultralytics YOLOv9c model trained on /srv/yolo26/pets.yaml, yolov9"
  })
  void a_path_that_holds_the_name_of_an_architecture_decides_nothing(
      String description, String architecture) throws Exception {
    assertThat(describe(OnnxBuilder.detector().meta("description", description)).architecture())
        .isEqualTo(architecture);
  }

  @ParameterizedTest
  @CsvSource({
    "stride, '[[['",
    "date, '\u0000'",
    "args, '{broken: <object at 0x7f>, '",
    "imgsz, 'a lot'",
    "channels, '{'",
    "end2end, '{'",
    "kpt_names, '{'",
    "kpt_shape, '['",
    "batch, '?'",
    "version, ''"
  })
  void metadata_that_nobody_needs_may_be_unreadable(String key, String value) throws Exception {
    assertThat(describe(OnnxBuilder.detector().meta(key, value)))
        .isEqualTo(describe(OnnxBuilder.detector()));
  }

  @Test
  void options_that_cannot_be_read_hide_none_that_can() throws Exception {
    var free =
        export("detect", "YOLOv8n")
            .output("output0", OnnxBuilder.FLOAT, "batch", "one", "other")
            .meta("args", "{'device': <device 0>, 'nms': True}");

    assertThat(describe(free).postProcessing().fused()).isTrue();
  }

  @Test
  void what_is_free_in_the_graph_comes_from_the_metadata() throws Exception {
    ModelDescription model =
        describe(
            export("detect", "YOLO11n")
                .output("output0", OnnxBuilder.FLOAT, "batch", 6, "anchors"));

    assertThat(model.architecture()).isEqualTo("yolov11");
    assertThat(model.input().width()).isEqualTo(64);
    assertThat(model.input().dynamicSpatialSize()).isTrue();
    assertThat(model.forwardPass()).isEqualTo(new ForwardPass(null, null));
  }

  @ParameterizedTest
  @CsvSource({
    // rows and columns of the output, what the metadata says of suppression, decoded as
    "YOLOv8n,   6,  84, False, None, yolov8,  false",
    "YOLOv9t,   6,  84, False, None, yolov9,  false",
    "YOLO12n,   6,  84, False, None, yolov12, false",
    "YOLOv5nu,  6,  84, False, None, yolov8,  false",
    "YOLO26n,   6,  84, False, None, yolov8,  false",
    "YOLOv10n,  6,  84, False, None, yolov8,  false",
    "YOLO26n, 300,   6, True,  None, yolo26,  true",
    "YOLO26n,  84,   6, True,  None, yolo26,  true",
    "YOLOv10n,300,   6, True,  None, yolov10, false",
    "YOLOv8n, 300,   6, False, True, yolov8,  true",
    "YOLOv8n, 300,   6, False, None, yolov8,  true",
    "YOLOv5n, 252,   7, False, None, yolov5,  false",
    // free or ambiguous shapes: the metadata decides
    "YOLO26n,  -1,  -1, True,  None, yolo26,  true",
    "YOLO26n,  -1,  -1, False, None, yolov8,  false",
    "YOLOv8n,   6,   6, False, True, yolov8,  true",
    "YOLOv8n,   6,   6, False, None, yolov8,  false"
  })
  void the_layout_is_told_by_the_shape_and_by_the_options_where_that_is_open(
      String yolo, int rows, int columns, String end2end, String nms, String family, boolean fused)
      throws Exception {
    ModelDescription model =
        describe(
            export("detect", yolo)
                .output("output0", OnnxBuilder.FLOAT, "batch", free(rows), free(columns))
                .meta("end2end", end2end)
                .meta("args", "{'batch': 1, 'nms': " + nms + "}"));

    assertThat(model.architecture()).isEqualTo(family);
    assertThat(model.postProcessing()).isEqualTo(new PostProcessing("nms", fused));
  }

  @ParameterizedTest
  @CsvSource({
    "True,  True,  1,  1",
    "True,  True,  '', 1",
    "True,  True,  4,  4",
    "True,  False, 1,  ",
    "None,  True,  1,  ",
    "False, True,  8,  "
  })
  void a_loop_over_traced_pictures_limits_the_batch(
      String nms, String dynamic, String batch, @Nullable Integer limit) throws Exception {
    ModelDescription model =
        describe(
            export("detect", "YOLO11n")
                .output("output0", OnnxBuilder.FLOAT, "batch", 300, 6)
                .meta("batch", batch)
                .meta("args", "{'nms': %s, 'dynamic': %s}".formatted(nms, dynamic)));

    assertThat(model.forwardPass()).isEqualTo(new ForwardPass(null, limit));
  }

  private static Object free(int side) {
    return side < 0 ? "" : side;
  }

  /** With one class, finished boxes and raw ones with an objectness have six columns alike. */
  @ParameterizedTest
  @CsvSource({
    // rows, stride, task, suppressed inside, decoded as
    "25200, 32, ,       False, yolov5, false", // YOLOv5
    "25200,   , ,       False, yolov5, false", // YOLOv7
    "25200, 32, detect, False, yolov5, false",
    "25500, 64, ,       False, yolov5, false", // four heads
    "6000,  32, ,       False, yolov5, false", // two heads
    "33600,   , ,       False, yolov5, false", // four anchors
    "8400,  32, ,       False, yolov5, false",
    "8400,    , ,       False, yolox,  false",
    "25200, 32, detect, True,  yolov8, true",
    "300,     , ,       False, yolov8, true",
    "300,   32, ,       False, yolov8, true",
    "300,   32, detect, False, yolov8, true",
    "100,     , ,       False, yolov8, true",
    "1000,    , ,       False, yolov8, true",
    "-1,    32, ,       False, yolov5, false",
    "-1,    32, detect, False, yolov8, true",
    "-1,      , ,       False, yolov8, true"
  })
  void of_one_class_the_number_of_rows_tells_raw_boxes_from_finished_ones(
      int rows,
      @Nullable String stride,
      @Nullable String task,
      String end2end,
      String family,
      boolean fused)
      throws Exception {
    ModelDescription model = describe(headed(640, stride, task, end2end, rows, 6), List.of("cat"));

    assertThat(model.architecture()).isEqualTo(family);
    assertThat(model.postProcessing()).isEqualTo(new PostProcessing("nms", fused));
  }

  private static OnnxBuilder headed(
      int side,
      @Nullable String stride,
      @Nullable String task,
      String end2end,
      int rows,
      int columns) {
    var export =
        new OnnxBuilder()
            .input("images", OnnxBuilder.FLOAT, 1, 3, side, side)
            .output("output0", OnnxBuilder.FLOAT, 1, free(rows), columns)
            .meta("end2end", end2end);
    if (stride != null) {
      export.meta("stride", stride);
    }
    return task == null ? export : export.meta("task", task);
  }

  @ParameterizedTest
  @CsvSource({"25200, 38, yolov5, false", "300, 38, yolov8, true", "1000, 38, yolov8, true"})
  void of_one_class_so_it_is_with_masks(int rows, int columns, String family, boolean fused)
      throws Exception {
    ModelDescription model =
        describe(
            headed(640, null, null, "False", rows, columns)
                .output("output1", OnnxBuilder.FLOAT, 1, 32, 160, 160),
            List.of("cat"));

    assertThat(model.taskType()).isEqualTo("instance-segmentation");
    assertThat(model.architecture()).isEqualTo(family);
    assertThat(model.postProcessing().fused()).isEqualTo(fused);
  }

  @Test
  void exports_of_yolov5_with_a_free_number_of_candidates_are_known() throws Exception {
    assertThat(describe(headed(640, "32", null, "False", -1, 7), List.of("cat", "dog")))
        .extracting(ModelDescription::architecture)
        .isEqualTo("yolov5");
    assertThat(describe(headed(640, "32", "detect", "False", -1, 6), List.of("cat", "dog")))
        .extracting(model -> model.postProcessing().fused())
        .isEqualTo(true);
  }

  @ParameterizedTest
  @CsvSource({"416, 3549", "640, 8400", "1280, 33600"})
  void one_candidate_for_each_cell_is_of_yolox_which_prepares_pictures_otherwise(int side, int rows)
      throws Exception {
    ModelDescription model =
        describe(headed(side, null, null, "False", rows, 7), List.of("cat", "dog"));

    assertThat(model.architecture()).isEqualTo("yolox");
    assertThat(model.input())
        .isEqualTo(
            new NetworkInput(
                side,
                side,
                3,
                ColorMode.BGR,
                ResizeMode.LETTERBOX_TOP_LEFT,
                114,
                null,
                null,
                false));
  }

  @Test
  void one_candidate_for_each_cell_is_of_others_as_well() throws Exception {
    OnnxBuilder yolov6 =
        new OnnxBuilder()
            .input("images", OnnxBuilder.FLOAT, 1, 3, 640, 640)
            .output("outputs", OnnxBuilder.FLOAT, 1, 8400, 7);

    assertThat(describe(yolov6, List.of("cat", "dog")).architecture()).isEqualTo("yolov5");
    assertThat(
            describe(headed(416, "32", "detect", "False", 3549, 7), List.of("cat", "dog"))
                .architecture())
        .isEqualTo("yolov5");
  }

  @Test
  void raw_maps_of_heads_are_refused_with_the_option_that_joins_them() {
    assertRefused(
        new OnnxBuilder()
            .input("images", OnnxBuilder.FLOAT, 1, 3, 640, 640)
            .output("output", OnnxBuilder.FLOAT, 1, 3, 80, 80, 7)
            .output("514", OnnxBuilder.FLOAT, 1, 3, 40, 40, 7)
            .output("528", OnnxBuilder.FLOAT, 1, 3, 20, 20, 7)
            .meta("names", TWO_CLASSES),
        "the anchors that belong to them do not stand in the file: export it with the grid");
  }

  @Test
  void segmentation_has_mask_coefficients_and_prototypes() throws Exception {
    assertThat(
            describe(
                export("segment", "YOLO11n-seg")
                    .output("output0", OnnxBuilder.FLOAT, 1, 38, 84)
                    .output("output1", OnnxBuilder.FLOAT, 1, 32, 16, 16)))
        .extracting(ModelDescription::taskType, ModelDescription::architecture)
        .containsExactly("instance-segmentation", "yolov11");
    assertThat(
            describe(
                    export("segment", "YOLO26n-seg")
                        .output("output0", OnnxBuilder.FLOAT, 1, 300, 38)
                        .output("output1", OnnxBuilder.FLOAT, 1, 32, 16, 16))
                .postProcessing()
                .fused())
        .isTrue();
  }

  @Test
  void key_points_have_their_shape_in_the_metadata() throws Exception {
    assertThat(
            describe(
                export("pose", "YOLO26-posen")
                    .output("output0", OnnxBuilder.FLOAT, "batch", 21, "anchors")
                    .meta("kpt_shape", "[5, 3]")))
        .extracting(ModelDescription::taskType, ModelDescription::architecture)
        .containsExactly("keypoint-detection", "yolov8");
  }

  @Test
  void classifiers_look_at_the_middle_of_the_shorter_edge() throws Exception {
    ModelDescription model =
        describe(
            export("classify", "YOLOv8n-cls").output("output0", OnnxBuilder.FLOAT, "batch", 2));

    assertThat(model.taskType()).isEqualTo("classification");
    assertThat(model.input().resizeMode()).isEqualTo(ResizeMode.SHORTER_EDGE_CROP);
    assertThat(model.postProcessing()).isEqualTo(new PostProcessing("softmax", true));
  }

  @Test
  void a_semantic_head_answers_class_ids_or_scores() throws Exception {
    assertThat(
            describe(
                    export("semantic", "YOLO26n-sem")
                        .output("output0", OnnxBuilder.UINT8, "", "", ""))
                .postProcessing())
        .isEqualTo(new PostProcessing("argmax", true));
    assertThat(
            describe(
                    export("semantic", "YOLO26n-sem")
                        .output("output0", OnnxBuilder.FLOAT, 1, 2, 64, 64))
                .postProcessing())
        .isEqualTo(new PostProcessing("softmax", false));
  }

  @Test
  void the_yolov5_repository_names_classes_and_no_task() throws Exception {
    var plain =
        new OnnxBuilder()
            .input("images", OnnxBuilder.FLOAT, 1, 3, 64, 64)
            .output("output0", OnnxBuilder.FLOAT, 1, 252, 7)
            .meta("stride", "32")
            .meta("names", "['cat', 'dog']");

    assertThat(describe(plain))
        .extracting(
            ModelDescription::taskType,
            ModelDescription::architecture,
            ModelDescription::classNames)
        .containsExactly("object-detection", "yolov5", List.of("cat", "dog"));
  }

  @Test
  void class_names_in_a_file_go_before_those_in_the_metadata() throws Exception {
    assertThat(describe(OnnxBuilder.detector(), List.of("Katze", "Hund")).classNames())
        .containsExactly("Katze", "Hund");
  }

  @Test
  void a_task_the_api_does_not_know_is_refused_by_its_name() {
    assertRefused(
        export("depth", "YOLO26n-depth").output("output0", OnnxBuilder.FLOAT, 1, 1, 64, 64),
        "task 'depth' is none that the API can answer; it knows detect, segment, pose, classify,"
            + " semantic, obb: train and export");
  }

  @Test
  void what_is_missing_is_named_with_what_to_add() {
    var nameless =
        new OnnxBuilder()
            .input("images", OnnxBuilder.FLOAT, 1, 3, 64, 64)
            .output("output0", OnnxBuilder.FLOAT, 1, 6, 84);
    assertRefused(nameless, "its metadata has no class names ('names'): put it into a folder");
    assertRefused(
        new OnnxBuilder()
            .input("images", OnnxBuilder.FLOAT, 1, 3, 64, 64)
            .output("depth", OnnxBuilder.FLOAT, 1, 1, 1, 1, 64, 64),
        "its metadata has no 'task', and its outputs [depth float32 [1, 1, 1, 1, 64, 64]] tell none");
    assertRefused(
        new OnnxBuilder()
            .input("images", OnnxBuilder.FLOAT, 1, 3, "h", "w")
            .output("output0", OnnxBuilder.FLOAT, 1, 6, "n")
            .meta("task", "detect")
            .meta("names", TWO_CLASSES),
        "has no 'imgsz': export it with a fixed size");
    assertRefused(
        export("pose", "YOLOv8n-pose").output("output0", OnnxBuilder.FLOAT, 1, 21, 84),
        "needs the metadata 'kpt_shape'");
    assertRefused(
        export("segment", "YOLOv8n-seg").output("output0", OnnxBuilder.FLOAT, 1, 38, 84),
        "needs a second output of mask prototypes");
  }

  @Test
  void what_cannot_be_fed_or_decoded_is_refused() {
    assertRefused(
        OnnxBuilder.detector().input("orig_size", OnnxBuilder.FLOAT, 1, 2),
        "only networks with one image input of floats or bytes");
    assertRefused(
        new OnnxBuilder()
            .input("x", OnnxBuilder.FLOAT, 1, 64, 64, 5)
            .output("y", OnnxBuilder.FLOAT, 1, 6, 84)
            .meta("names", TWO_CLASSES),
        "where 1 or 3 channels must come second or last");
    assertRefused(
        export("detect", "YOLOv8n").output("output0", OnnxBuilder.FLOAT, 1, 84, 8400),
        "is in no layout known for task 'detect' with 2 class names, which are [batch, 6,"
            + " candidates], [batch, detections, 6] with NMS inside, or [batch, candidates, 7]");
    assertRefused(
        export("detect", "rtdetr-l").output("output0", OnnxBuilder.FLOAT, 1, 300, 7),
        "which are [batch, queries, 6] or [batch, queries, 6]");
    assertRefused(
        export("pose", "YOLOv8n-pose")
            .output("output0", OnnxBuilder.FLOAT, 1, 16, 84)
            .meta("kpt_shape", "[5, 4]"),
        "key-points have 2 numbers or 3");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 64",
    "16385, 64",
    "5000000000, 64",
    "64, 5000000000",
    "64, 9223372036854775807",
  })
  void sides_that_no_network_has_are_refused(long height, long width) {
    assertRefused(
        new OnnxBuilder()
            .input("images", OnnxBuilder.FLOAT, 1, 3, height, width)
            .output("output0", OnnxBuilder.FLOAT, 1, 6, 84)
            .meta("names", TWO_CLASSES),
        "sides from 1 to 16384 can be served");
  }

  @Test
  void batches_and_key_points_that_no_network_has_are_refused() {
    assertRefused(
        new OnnxBuilder()
            .input("images", OnnxBuilder.FLOAT, 5_000_000_000L, 3, 64, 64)
            .output("output0", OnnxBuilder.FLOAT, "batch", 6, 84)
            .meta("names", TWO_CLASSES),
        "sides from 1 to 16384 can be served");
    assertRefused(
        export("pose", "YOLOv8n-pose")
            .output("output0", OnnxBuilder.FLOAT, "", "", "")
            .meta("kpt_shape", "[200000000, 3]"),
        "'kpt_shape' has 200000000 key-points, the limit is 10000");
  }

  @Test
  void key_points_without_names_are_numbered_for_each_class() throws Exception {
    assertThat(
            describe(
                    export("pose", "YOLOv8n-pose")
                        .output("output0", OnnxBuilder.FLOAT, 1, 12, 84)
                        .meta("kpt_shape", "[2, 3]")
                        .meta("kpt_names", "{0: ['nose', 'tail'], 1: ['nose']}"))
                .keypoints())
        .containsExactly(List.of("nose", "tail"), List.of("0", "1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "names|{0: 'cat', 2: 'dog'}|must be class ids from 0 without gaps",
        "names|{0: 'cat'|its metadata 'names': character",
        "imgsz|[64]|must be [height, width] in pixels",
        "imgsz|[0, 64]|must be [height, width] in pixels"
      })
  void wrong_metadata_is_named(String key, String value, String reason) {
    var export =
        new OnnxBuilder()
            .input("images", OnnxBuilder.FLOAT, 1, 3, "", "")
            .output("output0", OnnxBuilder.FLOAT, 1, 6, "")
            .meta("task", "detect")
            .meta("imgsz", key.equals("imgsz") ? value : "[64, 64]")
            .meta("names", key.equals("names") ? value : TWO_CLASSES);
    assertRefused(export, reason);
  }

  private void assertRefused(OnnxBuilder export, String reason) {
    assertThatThrownBy(() -> describe(export))
        .isInstanceOf(PackageException.class)
        .hasMessageContaining(reason);
  }
}

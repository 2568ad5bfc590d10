package dev.penstock.model.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.ModelDescription;
import dev.penstock.model.ModelDescription.ColorMode;
import dev.penstock.model.ModelDescription.Contrast;
import dev.penstock.model.ModelDescription.ForwardPass;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.Normalization;
import dev.penstock.model.ModelDescription.PostProcessing;
import dev.penstock.model.ModelDescription.Preprocessing;
import dev.penstock.model.ModelDescription.ResizeMode;
import dev.penstock.model.ModelDescription.StaticCrop;
import dev.penstock.model.PackageException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptionParserTest {
  private static final String CLASSES = "cat\n dog \r\n\nbird\n\n";

  private static ModelDescription parse(String model, String inference) throws PackageException {
    return DescriptionParser.parse(model, inference, CLASSES, null);
  }

  private static ModelDescription inference(String from, String to) throws PackageException {
    assertThat(PackageFixtures.INFERENCE).contains(from);
    return parse(PackageFixtures.MODEL, PackageFixtures.INFERENCE.replace(from, to));
  }

  @Test
  void reads_a_package_as_the_reference_server_lays_it_out() throws Exception {
    ModelDescription model = parse(PackageFixtures.MODEL, PackageFixtures.INFERENCE);

    assertThat(model)
        .isEqualTo(
            new ModelDescription(
                "yolov8",
                "object-detection",
                List.of("cat", "dog", "", "bird"),
                new NetworkInput(
                    320, 416, 3, ColorMode.RGB, ResizeMode.LETTERBOX, 127, 255.0, null, false),
                new Preprocessing(null, false, null),
                new ForwardPass(null, 8),
                new PostProcessing("nms", false)));
  }

  @Test
  void reads_the_steps_before_the_resize() throws Exception {
    ModelDescription model =
        inference(
            "\"auto-orient\": {\"enabled\": true}",
            "\"static-crop\":{\"enabled\":true,\"x_min\":\"10\",\"x_max\":80,\"y_min\":0,\"y_max\":100},"
                + "\"grayscale\":{\"enabled\":true},"
                + "\"contrast\":{\"enabled\":true,\"type\":\"Histogram Equalization\"}");

    assertThat(model.preprocessing())
        .isEqualTo(
            new Preprocessing(
                new StaticCrop(10, 80, 0, 100), true, Contrast.HISTOGRAM_EQUALIZATION));
  }

  @Test
  void steps_that_are_not_enabled_are_not_there() throws Exception {
    ModelDescription model =
        inference(
            "\"auto-orient\": {\"enabled\": true}",
            "\"static-crop\":{\"enabled\":false},\"contrast\":{\"enabled\":false,\"type\":\"?\"}");

    assertThat(model.preprocessing()).isEqualTo(new Preprocessing(null, false, null));
    assertThat(
            inference(
                    "\"image_pre_processing\": {\"auto-orient\": {\"enabled\": true}}",
                    "\"image_pre_processing\": null")
                .preprocessing())
        .isEqualTo(new Preprocessing(null, false, null));
  }

  @Test
  void reads_normalization_and_what_may_be_null() throws Exception {
    assertThat(
            inference("\"normalization\": null", "\"normalization\": [[0.1,0.2,0.3],[1,\"2\",3]]")
                .input()
                .normalization())
        .isEqualTo(new Normalization(List.of(0.1, 0.2, 0.3), List.of(1.0, 2.0, 3.0)));
    assertThat(
            inference("\"padding_value\": 127", "\"padding_value\": null").input().paddingValue())
        .isZero();
    assertThat(
            inference("\"scaling_factor\": 255", "\"scaling_factor\": null")
                .input()
                .scalingFactor())
        .isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "stretch,STRETCH",
    "letterbox-reflect-edges,LETTERBOX_REFLECT_EDGES",
    "center-crop,CENTER_CROP",
    "fit-longer-edge,FIT_LONGER_EDGE"
  })
  void knows_every_resize_mode(String label, ResizeMode mode) throws Exception {
    assertThat(inference("\"letterbox\"", "\"" + label + "\"").input().resizeMode())
        .isEqualTo(mode);
  }

  @Test
  void finds_a_fixed_batch_in_either_file() throws Exception {
    assertThat(inference("\"static_batch_size\": null", "\"static_batch_size\": 4").forwardPass())
        .isEqualTo(new ForwardPass(4, 8));
    assertThat(
            parse(
                    PackageFixtures.MODEL.replace("{", "{\"static_batch_size\":2,"),
                    PackageFixtures.INFERENCE)
                .forwardPass())
        .isEqualTo(new ForwardPass(2, 8));
  }

  @ParameterizedTest
  @CsvSource({",,64,64", ",8,64,8", ",100,64,64", "4,8,64,4", "4,,2,4"})
  void the_largest_batch_is_fixed_or_the_smaller_of_two_limits(
      Integer fixed, Integer recommended, int device, int largest) {
    assertThat(new ForwardPass(fixed, recommended).largestBatch(device)).isEqualTo(largest);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"height\": 416 | \"height\": 0 | inference_config.json: network_input.training_input_size"
            + ".height must be a whole number from 1, not 0",
        "\"width\": 320 | \"width\": \"wide\" | training_input_size.width must be a number, not wide",
        "\"width\": 320 | \"w\": 320 | training_input_size.width must be a whole number from 1, it"
            + " is missing",
        "\"rgb\" | \"hsv\" | network_input.color_mode must be one of [rgb, bgr], not hsv",
        "\"letterbox\" | \"tile\" | network_input.resize_mode must be one of [stretch, stretch-antialiased",
        "\"input_channels\": 3 | \"input_channels\": 4 | input_channels must be 1 or 3, not 4",
        "\"scaling_factor\": 255 | \"scaling_factor\": 0 | scaling_factor must be a number other",
        "\"normalization\": null | \"normalization\": [[0,0,0],[1,0,1]] | normalization must be",
        "\"normalization\": null | \"normalization\": [1] | normalization must be a list of lists",
        "\"fused\": false | \"fused\": 1 | post_processing.fused must be true or false, not 1",
        "\"training_input_size\": { | \"training_input_size\": 7, \"x\": { | must be an object",
        "{\"auto-orient\": {\"enabled\": true}} | {\"contrast\":{\"enabled\":true,\"type\":\"Vivid\"}}"
            + " | contrast.type must be one of [Adaptive Equalization",
        "{\"auto-orient\": {\"enabled\": true}} |"
            + " {\"static-crop\":{\"enabled\":true,\"x_min\":9,\"x_max\":9,\"y_min\":0,\"y_max\":9}}"
            + " | static-crop.x_max must be a percentage above x_min",
        "{\"auto-orient\": {\"enabled\": true}} |"
            + " {\"static-crop\":{\"enabled\":true,\"x_min\":0,\"x_max\":9,\"y_min\":0,\"y_max\":101}}"
            + " | static-crop.y_max must be a percentage above y_min, at most 100",
        "\"post_processing\" | post_processing | inference_config.json is not a JSON object"
      })
  void names_file_and_member_that_is_wrong(String from, String to, String message) {
    assertThatThrownBy(() -> inference(from, to))
        .isInstanceOf(PackageException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refuses_weights_for_another_runtime() {
    assertThatThrownBy(
            () -> parse(PackageFixtures.MODEL.replace("onnx", "trt"), PackageFixtures.INFERENCE))
        .isInstanceOf(PackageException.class)
        .hasMessage(
            "model_config.json: backend_type 'trt' cannot run here: export the model to ONNX");
  }
}

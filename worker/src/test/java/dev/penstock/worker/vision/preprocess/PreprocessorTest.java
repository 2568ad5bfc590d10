package dev.penstock.worker.vision.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.job.PreprocessStep;
import dev.penstock.model.ModelDescription.ColorMode;
import dev.penstock.model.ModelDescription.Contrast;
import dev.penstock.model.ModelDescription.NetworkInput;
import dev.penstock.model.ModelDescription.Normalization;
import dev.penstock.model.ModelDescription.Preprocessing;
import dev.penstock.model.ModelDescription.ResizeMode;
import dev.penstock.model.ModelDescription.StaticCrop;
import dev.penstock.worker.vision.Descriptions;
import dev.penstock.worker.vision.ModelFamily.Interpolation;
import dev.penstock.worker.vision.UnsupportedModelException;
import dev.penstock.worker.vision.image.ImageSize;
import dev.penstock.worker.vision.image.Picture;
import dev.penstock.worker.vision.image.Pictures;
import dev.penstock.worker.vision.image.Placement;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessorTest {
  private static final int SIDE = 8;

  /** What was written: a placement and the floats of three planes. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Written(Placement placement, float[] floats) {
    float at(int channel, int x, int y) {
      return floats[(channel * SIDE + y) * SIDE + x];
    }
  }

  private static Written write(
      NetworkInput input, Preprocessing steps, Picture picture, PreprocessStep... disabled)
      throws Exception {
    try (var preprocessor = new Preprocessor(input, steps, Interpolation.OPENCV);
        Mat slot =
            new Mat(input.channels() * input.height(), input.width(), opencv_core.CV_32FC1)) {
      Placement placement = preprocessor.write(picture, Set.of(disabled), slot);
      float[] floats = new float[input.channels() * input.height() * input.width()];
      FloatBuffer values = slot.createBuffer();
      values.get(floats);
      return new Written(placement, floats);
    }
  }

  private static NetworkInput input(ResizeMode mode) {
    return Descriptions.input(SIDE, SIDE, mode);
  }

  @Test
  void letterbox_centres_the_picture_and_pads_the_rest() throws Exception {
    try (Picture wide = Pictures.plain(16, 8, 10, 20, 30)) {
      Written written = write(input(ResizeMode.LETTERBOX), Descriptions.NO_STEPS, wide);

      assertThat(written.placement())
          .isEqualTo(
              new Placement(
                  new ImageSize(16, 8),
                  new Placement.Part(0, 0, new ImageSize(16, 8)),
                  new ImageSize(8, 8),
                  new Placement.Padding(0, 2, 0, 2),
                  0.5,
                  0.5));
      for (int x = 0; x < SIDE; x++) {
        assertThat(written.at(0, x, 1)).isEqualTo(9);
        assertThat(written.at(0, x, 2)).isEqualTo(10);
        assertThat(written.at(2, x, 5)).isEqualTo(30);
        assertThat(written.at(2, x, 6)).isEqualTo(9);
      }
    }
  }

  @Test
  void sizes_and_pads_of_a_letterbox_are_cut_to_whole_pixels() throws Exception {
    try (Picture odd = Pictures.plain(100, 37, 10, 20, 30)) {
      Written written = write(input(ResizeMode.LETTERBOX), Descriptions.NO_STEPS, odd);

      // 37 * 0.08 = 2.96 rows are 2; (8 - 2) / 2 = 3 above
      assertThat(written.placement().padding().top()).isEqualTo(3);
      assertThat(written.at(0, 0, 3)).isEqualTo(10);
      assertThat(written.at(0, 0, 4)).isEqualTo(10);
      assertThat(written.at(0, 0, 5)).isEqualTo(9);
    }
  }

  @Test
  void letterbox_refuses_a_picture_of_which_nothing_would_be_left() {
    try (Picture line = Pictures.plain(400, 1, 10, 20, 30)) {
      assertThatThrownBy(() -> write(input(ResizeMode.LETTERBOX), Descriptions.NO_STEPS, line))
          .isInstanceOf(UnusableImageException.class)
          .hasMessageContaining("400 x 1 pixels is too narrow");
    }
  }

  @Test
  void stretch_scales_each_side_on_its_own() throws Exception {
    try (Picture wide = Pictures.plain(16, 4, 10, 20, 30)) {
      Written written = write(input(ResizeMode.STRETCH), Descriptions.NO_STEPS, wide);

      assertThat(written.placement())
          .isEqualTo(Placement.stretched(new ImageSize(16, 4), new ImageSize(8, 8)));
      assertThat(written.floats()).contains(10, 20, 30).doesNotContain(9);
    }
  }

  @ParameterizedTest
  @CsvSource({"13,-2,-3", "12,-2,-2", "5,1,2", "4,2,2", "8,0,0"})
  void center_crop_cuts_or_pads_with_zeros_without_scaling(int side, int pad, int padAfter)
      throws Exception {
    try (Picture square = Pictures.plain(side, side, 10, 20, 30)) {
      Pictures.paint(square, side / 2, side / 2, side / 2 + 1, side / 2 + 1, 200, 0, 0);
      Written written = write(input(ResizeMode.CENTER_CROP), Descriptions.NO_STEPS, square);

      assertThat(written.placement())
          .isEqualTo(
              new Placement(
                  new ImageSize(side, side),
                  new Placement.Part(0, 0, new ImageSize(side, side)),
                  new ImageSize(8, 8),
                  new Placement.Padding(pad, pad, padAfter, padAfter),
                  1,
                  1));
      assertThat(written.at(0, side / 2 + pad, side / 2 + pad)).isEqualTo(200);
      assertThat(written.at(0, 0, 0)).isEqualTo(pad > 0 ? 0 : 10);
    }
  }

  @Test
  void fit_longer_edge_is_left_to_the_family_of_the_model() {
    assertThatThrownBy(
            () ->
                new Preprocessor(
                    input(ResizeMode.FIT_LONGER_EDGE), Descriptions.NO_STEPS, Interpolation.OPENCV))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("fit-longer-edge");
  }

  @Test
  void takes_the_part_of_a_static_crop_and_remembers_where_it_was() throws Exception {
    var steps = new Preprocessing(new StaticCrop(50, 100, 33, 80), false, null);
    try (Picture picture = Pictures.plain(16, 16, 10, 20, 30)) {
      Pictures.paint(picture, 8, 0, 16, 16, 200, 0, 0);

      Written cropped = write(input(ResizeMode.STRETCH), steps, picture);
      assertThat(cropped.placement().part().left()).isEqualTo(8);
      assertThat(cropped.placement().part().top()).isEqualTo(5); // 16 * 33 % = 5.28
      assertThat(cropped.at(0, 0, 0)).isEqualTo(200);

      Written whole = write(input(ResizeMode.STRETCH), steps, picture, PreprocessStep.STATIC_CROP);
      assertThat(whole.placement().part().left()).isZero();
      assertThat(whole.at(0, 0, 0)).isEqualTo(10);
    }
  }

  @Test
  void refuses_a_picture_whose_crop_is_empty() {
    var steps = new Preprocessing(new StaticCrop(10, 20, 0, 100), false, null);
    try (Picture dot = Pictures.plain(2, 2, 10, 20, 30)) {
      assertThatThrownBy(() -> write(input(ResizeMode.STRETCH), steps, dot))
          .isInstanceOf(UnusableImageException.class)
          .hasMessageContaining("2 x 2 pixels is too small");
    }
  }

  @Test
  void takes_colors_out_unless_the_request_disables_it() throws Exception {
    var steps = new Preprocessing(null, true, null);
    try (Picture red = Pictures.plain(8, 8, 255, 0, 0)) {
      Written gray = write(input(ResizeMode.STRETCH), steps, red);
      assertThat(gray.floats()).containsOnly(76); // 0.299 of red

      Written colored = write(input(ResizeMode.STRETCH), steps, red, PreprocessStep.GRAYSCALE);
      assertThat(colored.at(0, 0, 0)).isEqualTo(255);
      assertThat(colored.at(1, 0, 0)).isZero();
    }
  }

  @Test
  void adjusts_contrast_after_crop_and_grayscale_and_leaves_the_picture_as_it_is()
      throws Exception {
    var crop = new StaticCrop(50, 100, 0, 100);
    try (Picture picture = Pictures.plain(16, 8, 255, 0, 0)) {
      Pictures.paint(picture, 8, 0, 12, 8, 100, 100, 100);
      Pictures.paint(picture, 12, 0, 16, 8, 100, 120, 100);
      byte[] before = Pictures.bytes(picture.pixels());
      Written written =
          write(
              input(ResizeMode.STRETCH),
              new Preprocessing(crop, true, Contrast.CONTRAST_STRETCHING),
              picture);
      Written without =
          write(
              input(ResizeMode.STRETCH),
              new Preprocessing(crop, true, Contrast.CONTRAST_STRETCHING),
              picture,
              PreprocessStep.CONTRAST);

      assertThat(written.at(1, 0, 0)).isZero();
      assertThat(written.at(1, 7, 7)).isEqualTo(255);
      assertThat(without.at(1, 0, 0)).isEqualTo(100);
      assertThat(without.at(1, 7, 7)).isEqualTo(112);
      assertThat(Pictures.bytes(picture.pixels())).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @CsvSource({"RGB,10,30", "BGR,30,10"})
  void orders_channels_as_the_network_wants_them(ColorMode mode, float first, float last)
      throws Exception {
    var input = new NetworkInput(SIDE, SIDE, 3, mode, ResizeMode.STRETCH, 0, null, null, false);
    try (Picture picture = Pictures.plain(8, 8, 10, 20, 30)) {
      Written written = write(input, Descriptions.NO_STEPS, picture);

      assertThat(written.at(0, 3, 3)).isEqualTo(first);
      assertThat(written.at(1, 3, 3)).isEqualTo(20);
      assertThat(written.at(2, 3, 3)).isEqualTo(last);
    }
  }

  @Test
  void scales_and_normalizes_in_single_precision_padding_included() throws Exception {
    var normalization =
        new Normalization(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));
    var input =
        new NetworkInput(
            SIDE, SIDE, 3, ColorMode.RGB, ResizeMode.LETTERBOX, 127, 255.0, normalization, false);
    try (Picture wide = Pictures.plain(16, 8, 10, 20, 30)) {
      Written written = write(input, Descriptions.NO_STEPS, wide);

      assertThat(written.at(0, 0, 4)).isEqualTo((10f / 255f - 0.485f) / 0.229f);
      assertThat(written.at(2, 0, 4)).isEqualTo((30f / 255f - 0.406f) / 0.225f);
      assertThat(written.at(1, 0, 0)).isEqualTo((127f / 255f - 0.456f) / 0.224f);
    }
  }

  @Test
  void one_channel_is_gray() throws Exception {
    var input =
        new NetworkInput(SIDE, SIDE, 1, ColorMode.RGB, ResizeMode.STRETCH, 0, null, null, false);
    try (Picture red = Pictures.plain(8, 8, 255, 0, 0)) {
      assertThat(write(input, Descriptions.NO_STEPS, red).floats())
          .hasSize(SIDE * SIDE)
          .containsOnly(76);
    }
  }
}

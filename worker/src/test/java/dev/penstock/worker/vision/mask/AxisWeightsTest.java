package dev.penstock.worker.vision.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisWeightsTest {
  @ParameterizedTest
  @CsvSource({"4,8", "8,4", "7,7", "5,640", "160,33", "1,9"})
  void weights_of_every_output_add_up_to_one_and_stay_inside(int inputSize, int outputSize) {
    var axis = new AxisWeights(inputSize, outputSize);

    assertThat(axis.outputSize()).isEqualTo(outputSize);
    for (int i = 0; i < outputSize; i++) {
      float sum = 0;
      for (float weight : axis.weights(i)) {
        sum += weight;
      }
      assertThat(sum).isEqualTo(1, within(1e-5f));
      assertThat(axis.first(i)).isNotNegative();
      assertThat(axis.first(i) + axis.weights(i).length).isLessThanOrEqualTo(inputSize);
    }
  }

  @Test
  void doubling_mixes_neighbours_by_quarters() {
    var axis = new AxisWeights(4, 8);

    assertThat(axis.first(3)).isEqualTo(1);
    assertThat(axis.weights(3)).containsExactly(0.75f, 0.25f);
    assertThat(axis.weights(0)).startsWith(1);
  }

  @Test
  void halving_takes_in_all_that_it_covers() {
    assertThat(new AxisWeights(8, 4).weights(1)).containsExactly(0.125f, 0.375f, 0.375f, 0.125f);
  }

  @Test
  void tells_which_outputs_a_part_of_the_input_reaches() {
    var axis = new AxisWeights(4, 8);

    // The second of four cells goes into outputs 1 to 4 of 0 to 7.
    assertThat(axis.outputFrom(1)).isLessThanOrEqualTo(1);
    assertThat(axis.outputBeyond(2)).isGreaterThanOrEqualTo(5).isLessThan(8);
    assertThat(axis.outputFrom(4)).isEqualTo(8);
    assertThat(axis.outputBeyond(0)).isZero();
  }
}

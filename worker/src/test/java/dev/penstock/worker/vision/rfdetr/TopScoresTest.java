package dev.penstock.worker.vision.rfdetr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopScoresTest {
  /** Pseudo-random whole numbers below {@code limit}: the fewer, the more of them are equal. */
  private static float[] scores(int count, int limit) {
    float[] scores = new float[count];
    int state = 12345;
    for (int i = 0; i < count; i++) {
      state = state * 1103515245 + 12345;
      scores[i] = (state >>> 16) % limit;
    }
    return scores;
  }

  /** Hashes of the order that std::nth_element and std::sort of libstdc++ (GCC) leave. */
  @ParameterizedTest
  @CsvSource({
    "40,20,5,-1738020226",
    "300,100,7,-656073301",
    "2400,400,9,1834038755",
    "2400,400,2,-2021171909",
    "1000,999,1000,-1672586069"
  })
  void orders_equal_scores_as_libstdcxx_does(int count, int top, int limit, int hash) {
    assertThat(Arrays.hashCode(TopScores.of(scores(count, limit), top))).isEqualTo(hash);
  }

  @Test
  void all_equal_all_different_or_no_numbers_at_all_come_to_an_end() {
    float[] noNumbers = new float[500];
    Arrays.fill(noNumbers, Float.NaN);
    float[] rising = new float[500];
    for (int i = 0; i < rising.length; i++) {
      rising[i] = i;
    }

    assertThat(TopScores.of(new float[500], 100)).doesNotHaveDuplicates().hasSize(100);
    assertThat(TopScores.of(noNumbers, 100)).doesNotHaveDuplicates().hasSize(100);
    assertThat(TopScores.of(rising, 3)).containsExactly(499, 498, 497);
  }

  @Test
  void gives_no_more_than_there_are() {
    assertThat(TopScores.of(new float[] {1, 3, 2}, 9)).containsExactly(1, 2, 0);
    assertThat(TopScores.of(new float[0], 9)).isEmpty();
  }
}

package dev.penstock.worker.vision.yolo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.JobParameters;
import dev.penstock.model.ModelDescription;
import dev.penstock.worker.vision.Descriptions;
import dev.penstock.worker.vision.Tensor;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An input of 32 x 32 has 16 cells of 8 pixels, four of 16 and one of 32. */
class YoloxLayoutTest {
  private static final ModelDescription TWO_CLASSES = Descriptions.detector("cat", "dog");
  private static final int CELLS = 21;
  private static final int COLUMNS = 7;
  private final YoloxLayout layout = new YoloxLayout(TWO_CLASSES);

  /** Nothing anywhere. */
  private static float[][] raw() {
    return new float[CELLS][COLUMNS];
  }

  private static List<Tensor> tensor(float[][] rows) {
    FloatBuffer values = FloatBuffer.allocate(CELLS * COLUMNS);
    for (float[] row : rows) {
      values.put(row);
    }
    return List.of(new Tensor(values.flip(), new int[] {CELLS, COLUMNS}));
  }

  private List<Candidate> candidates(float[][] rows) {
    return layout.candidates(tensor(rows), 0.4f, JobParameters.DEFAULTS);
  }

  @Test
  void cells_are_counted_row_by_row_and_finest_grid_first() {
    float[][] rows = raw();
    rows[0] = new float[] {0.5f, 0.25f, 0, 0, 1, 0.9f, 0};
    rows[6] = new float[] {0.5f, 0.5f, 0, 0, 1, 0.8f, 0}; // third column, second row
    rows[18] = new float[] {0, 1, 0, 0, 1, 0, 0.7f}; // first column, second row
    rows[20] = new float[] {0.5f, 0.5f, 0, 0, 1, 0.6f, 0};

    assertThat(candidates(rows))
        .containsExactly(
            new Candidate(0, -2, 8, 6, 0.9f, 0, 0),
            new Candidate(16, 8, 24, 16, 0.8f, 0, 6),
            new Candidate(-8, 24, 8, 40, 0.7f, 1, 18),
            new Candidate(0, 0, 32, 32, 0.6f, 0, 20));
  }

  @Test
  void sizes_are_logarithms_of_cells() {
    float[][] rows = raw();
    rows[5] = new float[] {0.5f, 0.5f, (float) Math.log(2), (float) Math.log(0.5), 1, 0.9f, 0};

    Candidate found = candidates(rows).get(0);
    assertThat(found.right() - found.left()).isEqualTo(16, offset());
    assertThat(found.bottom() - found.top()).isEqualTo(4, offset());
  }

  private static org.assertj.core.data.Offset<Float> offset() {
    return org.assertj.core.data.Offset.offset(1e-4f);
  }

  @Test
  void a_score_is_the_product_of_objectness_and_class() {
    float[][] rows = raw();
    rows[0] = new float[] {0.5f, 0.5f, 0, 0, 0.5f, 0.7f, 0.9f};
    rows[15] = new float[] {0.5f, 0.5f, 0, 0, 0.9f, 0.3f, 0.4f};

    assertThat(candidates(rows))
        .extracting(Candidate::score, Candidate::classId)
        .containsExactly(org.assertj.core.api.Assertions.tuple(0.5f * 0.9f, 1));
  }

  /** {@code --decode_in_inference}. */
  @Test
  void what_the_network_decodes_by_itself_is_taken_as_it_is() {
    float[][] rows = raw();
    int i = 0;
    for (int stride : new int[] {8, 16, 32}) {
      for (int cell = 0; cell < 32 / stride * (32 / stride); cell++, i++) {
        int column = cell % (32 / stride);
        int row = cell / (32 / stride);
        rows[i][0] = (column + 0.5f) * stride;
        rows[i][1] = (row + 0.5f) * stride;
        rows[i][2] = stride;
        rows[i][3] = stride;
      }
    }
    rows[15][4] = 1;
    rows[15][5] = 0.9f;

    assertThat(candidates(rows)).containsExactly(new Candidate(24, 24, 32, 32, 0.9f, 0, 15));
    assertThat(layout.doubt(tensor(rows), TWO_CLASSES.input())).isNull();
  }

  @Test
  void numbers_that_are_none_are_left_out() {
    float[][] rows = raw();
    rows[0] = new float[] {0.5f, 0.5f, 0, 0, 1, Float.NaN, 0};
    rows[1] = new float[] {Float.NaN, 0.5f, 0, 0, 1, 0.9f, 0};
    rows[2] = new float[] {0.5f, 0.5f, 1e9f, 0, 1, 0.9f, 0};

    assertThat(candidates(rows)).isEmpty();
  }

  @Test
  void knows_its_shape() {
    assertThat(layout.fits(List.of(new long[] {-1, 21, 7}))).isTrue();
    assertThat(layout.fits(List.of(new long[] {1, -1, -1}))).isTrue();
    assertThat(layout.fits(List.of(new long[] {1, 63, 7}))).isFalse();
    assertThat(layout.fits(List.of(new long[] {1, 21, 8}))).isFalse();
  }
}

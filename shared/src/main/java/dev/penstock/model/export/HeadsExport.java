package dev.penstock.model.export;

import dev.penstock.model.ModelDescription.PostProcessing;
import dev.penstock.model.PackageException;
import dev.penstock.model.onnx.TensorSpec;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * PicoDet without its post-processing: for each of its four grids scores {@code [batch, cells,
 * classes]} and distances to the edges {@code [batch, cells, 4 × 8]}.
 */
final class HeadsExport {
  private static final int GRIDS = 4;
  private static final int DISTANCES = 32;

  private HeadsExport() {}

  static boolean isToldBy(List<TensorSpec> outputs) {
    return outputs.size() == 2 * GRIDS
        && outputs.stream().allMatch(output -> output.rank() == 3)
        && distances(outputs).size() == GRIDS;
  }

  private static List<Integer> distances(List<TensorSpec> outputs) {
    // With 32 classes the scores look the same; they come first.
    List<Integer> found =
        IntStream.range(0, outputs.size())
            .filter(i -> outputs.get(i).side(2) == DISTANCES)
            .boxed()
            .toList();
    return found.size() == 2 * GRIDS ? found.subList(GRIDS, 2 * GRIDS) : found;
  }

  /**
   * @throws PackageException when there is another number of scores than of names
   */
  static Reading read(List<String> names, List<TensorSpec> outputs) throws PackageException {
    List<Integer> distances = distances(outputs);
    List<Integer> scores =
        IntStream.range(0, outputs.size()).filter(i -> !distances.contains(i)).boxed().toList();
    for (int score : scores) {
      if (outputs.get(score).side(2) != names.size()) {
        throw new PackageException(
            "its output %s is that of PicoDet and does not fit %d class names: correct"
                    .formatted(outputs.get(score), names.size())
                + " class_names.txt");
      }
    }
    return Reading.of(
        ExportTask.DETECT,
        "picodet",
        new PostProcessing("nms", false),
        Stream.concat(scores.stream(), distances.stream()).toList(),
        Preparation.NORMALIZED,
        names);
  }
}

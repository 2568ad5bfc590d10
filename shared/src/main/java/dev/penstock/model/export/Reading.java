package dev.penstock.model.export;

import dev.penstock.model.ModelDescription.PostProcessing;
import java.util.List;
import java.util.Set;

/**
 * What an export is.
 *
 * @param outputs positions of the outputs in the order in which they are read; empty for the
 *     network's own
 * @param preparation of pictures
 * @param classNames by class id
 * @param single whether it takes one picture at a time, whatever its shapes say
 */
record Reading(
    ExportTask task,
    String architecture,
    PostProcessing postProcessing,
    List<Integer> outputs,
    Preparation preparation,
    List<String> classNames,
    boolean single) {

  /** Of a network with batches. */
  static Reading of(
      ExportTask task,
      String architecture,
      PostProcessing post,
      List<Integer> outputs,
      Preparation preparation,
      List<String> names) {
    return new Reading(task, architecture, post, outputs, preparation, names, false);
  }

  /** The same without classes that the network knows and nobody named. */
  Reading without(List<String> allNames, Set<String> unnamed) {
    return new Reading(
        task,
        architecture,
        new PostProcessing(postProcessing.type(), postProcessing.fused(), unnamed),
        outputs,
        preparation,
        allNames,
        single);
  }

  /** The same for one picture at a time. */
  Reading one() {
    return new Reading(task, architecture, postProcessing, outputs, preparation, classNames, true);
  }
}

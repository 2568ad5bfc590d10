package dev.penstock.router.api.parameters;

import dev.penstock.job.PreprocessStep;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The {@code disable_preproc_*} fields, which every route has. */
final class DisabledSteps {
  private DisabledSteps() {}

  static Set<PreprocessStep> read(Fields fields) {
    var disabled = EnumSet.noneOf(PreprocessStep.class);
    for (PreprocessStep step : PreprocessStep.values()) {
      if (fields.truth("disable_preproc_" + step.name().toLowerCase(Locale.ROOT), false)) {
        disabled.add(step);
      }
    }
    return disabled;
  }
}

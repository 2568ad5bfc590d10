package dev.penstock.worker.engine.devices;

import dev.penstock.config.NearestName;
import dev.penstock.config.StartupException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What {@code --device} asks for. */
sealed interface DeviceSpec {
  /** CUDA where it is there, else the CPU. */
  record Auto() implements DeviceSpec {}

  /** The cores of this machine. */
  record Cpu() implements DeviceSpec {}

  /**
   * One NVIDIA GPU.
   *
   * @param index as CUDA counts them, from 0
   */
  record Cuda(int index) implements DeviceSpec {}

  /**
   * Sleeps instead of computing.
   *
   * @param baseNanos duration of a forward pass without any image
   * @param perImageNanos what each image of a batch adds to it
   * @param maxBatch the batch bound, or null to find it as for any device
   * @param faults what goes wrong
   */
  record Simulated(
      long baseNanos, long perImageNanos, @Nullable Integer maxBatch, SimulatedFaults faults)
      implements DeviceSpec {}

  List<String> OTHER_NAMES_OF_GPUS = List.of("gpu", "nvidia", "tensorrt", "cuda");

  /** The forms of {@code --device}, for error texts. */
  String FORMS = "auto, cpu, cuda, cuda:N or simulated[:base=0ms,per-image=50ms,max-batch=8]";

  /**
   * @throws StartupException when the text is none of {@link #FORMS}
   */
  static DeviceSpec parse(String text) {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? text : text.substring(0, colon);
    String rest = colon < 0 ? "" : text.substring(colon + 1);
    boolean bare = colon < 0;
    if (kind.equals("auto") && bare) {
      return new Auto();
    }
    if (kind.equals("cpu") && bare) {
      return new Cpu();
    }
    if (kind.equals("cuda") && (bare || rest.matches("[0-9]{1,4}"))) {
      return new Cuda(bare ? 0 : Integer.parseInt(rest));
    }
    if (kind.equals("simulated") && (bare || !rest.isEmpty())) {
      return SimulatedSpec.parse(text, rest);
    }
    throw new StartupException(
        "Unknown device '" + text + "': " + meant(kind, rest) + "it is one of " + FORMS + ".");
  }

  /** What GPUs are called elsewhere, and slips of the hand. */
  private static String meant(String kind, String rest) {
    String lower = kind.toLowerCase(Locale.ROOT);
    String name =
        OTHER_NAMES_OF_GPUS.stream().anyMatch(lower::startsWith) || lower.matches("[0-9]{1,4}")
            ? "cuda"
            : NearestName.of(lower, List.of("auto", "cpu", "cuda", "simulated"));
    if (name == null || (name.equals(kind) && !name.equals("cuda"))) {
      return "";
    }
    String number = (rest.isEmpty() ? lower : rest).replaceAll("[^0-9]", "");
    boolean numbered = name.equals("cuda") && number.matches("[0-9]{1,4}");
    return "did you mean '" + name + (numbered ? ":" + number : "") + "'? ";
  }
}

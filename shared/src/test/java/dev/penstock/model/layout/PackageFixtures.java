package dev.penstock.model.layout;

import dev.penstock.model.onnx.OnnxBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small packages on disk; their weights are a network without nodes. */
public final class PackageFixtures {
  public static final String MODEL =
      "{\"model_architecture\":\"yolov8\",\"task_type\":\"object-detection\","
          + "\"backend_type\":\"onnx\"}";
  public static final String INFERENCE =
      """
      {"image_pre_processing": {"auto-orient": {"enabled": true}},
       "network_input": {"training_input_size": {"height": 416, "width": 320},
         "color_mode": "rgb", "resize_mode": "letterbox", "padding_value": 127,
         "input_channels": 3, "scaling_factor": 255, "normalization": null},
       "forward_pass": {"static_batch_size": null, "max_dynamic_batch_size": 8},
       "post_processing": {"type": "nms", "fused": false}}
      """;

  private PackageFixtures() {}

  /** Writes a package that can be served. */
  public static Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("model_config.json"), MODEL);
    Files.writeString(folder.resolve("inference_config.json"), INFERENCE);
    Files.writeString(folder.resolve("class_names.txt"), "cat\ndog\n");
    OnnxBuilder.detector().write(folder.resolve("weights.onnx"));
    return folder;
  }
}

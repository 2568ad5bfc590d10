package dev.penstock.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.penstock.config.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UnexportedModelsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "best.pt",
        "Best.PT",
        "model.pth",
        "runs/detect/train/best.pt",
        "best.engine",
        "best.tflite",
        "best.mlpackage/",
        "best_saved_model/",
        "best.safetensors",
        "best_openvino_model/",
        "best.torchscript"
      })
  void a_folder_with_other_forms_says_how_to_export(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(name.endsWith("/") ? file : file.getParent());
    if (!name.endsWith("/")) {
      Files.writeString(file, "");
    }

    assertThat(UnexportedModels.advice(List.of(folder)))
        .hasValueSatisfying(
            advice -> assertThat(advice).contains(file.toString(), " format=onnx dynamic=True"));
  }

  @Test
  void what_was_trained_is_what_is_exported() throws IOException {
    Path best = Files.writeString(folder.resolve("best.pt"), "");

    assertThat(UnexportedModels.advice(List.of(folder)))
        .hasValue(
            best
                + " is PyTorch's form, and ONNX is what is served. Export it: yolo export model="
                + best
                + " format=onnx dynamic=True. Then give --models the folder of the .onnx file.");
  }

  @Test
  void what_is_exported_already_and_other_files_are_not_mentioned() throws IOException {
    Files.writeString(folder.resolve("best.pt"), "");
    Files.writeString(folder.resolve("best.onnx"), "");
    Files.writeString(folder.resolve("results.csv"), "");

    assertThat(UnexportedModels.advice(List.of(folder))).isEmpty();
    assertThat(UnexportedModels.advice(List.of(folder.resolve("absent")))).isEmpty();
  }

  @Test
  void a_file_in_the_place_of_a_folder_is_told_apart() throws IOException {
    var options = new ModelOptions();
    options.models = List.of(Files.writeString(folder.resolve("best.pt"), ""));
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> options.models(() -> folder))
        .withMessageContaining("format=onnx");

    options.models = List.of(Files.writeString(folder.resolve("best.onnx"), ""));
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> options.models(() -> folder))
        .withMessageEndingWith("best.onnx is a file: give its folder");
  }
}

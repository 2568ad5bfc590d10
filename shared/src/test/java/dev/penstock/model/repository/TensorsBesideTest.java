package dev.penstock.model.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelPackage.PackageFile;
import dev.penstock.model.ModelRepository.Refusal;
import dev.penstock.model.layout.PackageFixtures;
import dev.penstock.model.onnx.OnnxBuilder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks whose tensors lie in files beside them. */
class TensorsBesideTest {
  @TempDir private Path folder = Path.of("");
  private Path root = Path.of("");

  private Path root() throws IOException {
    root = Files.createDirectories(folder.resolve("models"));
    return root;
  }

  private static Path file(Path path, int bytes) throws IOException {
    Files.createDirectories(Objects.requireNonNull(path.getParent()));
    return Files.write(path, new byte[bytes]);
  }

  private ModelPackage found(String id) {
    return Objects.requireNonNull(FolderRepository.open(List.of(root)).find(id), id);
  }

  private String refusal() {
    List<Refusal> refusals = FolderRepository.open(List.of(root)).refusals();
    assertThat(refusals).hasSize(1);
    return refusals.get(0).reason();
  }

  @Test
  void those_it_names_belong_to_it_and_no_others() throws Exception {
    OnnxBuilder.detector()
        .external("w", "weights 1.bin", "0", "4")
        .external("v", "./deep//er/größe.bin", null, null)
        .write(root().resolve("pets.onnx"));
    file(root.resolve("weights 1.bin"), 4);
    file(root.resolve("deep/er/größe.bin"), 1);
    file(root.resolve("pets.onnx.data"), 1);
    file(root.resolve("pets.onnx_data"), 1);

    ModelPackage pets = found("pets/1");
    assertThat(pets.files())
        .extracting(PackageFile::name)
        .containsExactly("deep/er/größe.bin", "weights 1.bin", "weights.onnx");
    assertThat(pets.path("weights 1.bin")).isEqualTo(root.resolve("weights 1.bin"));
  }

  @Test
  void several_networks_share_a_file() throws Exception {
    OnnxBuilder.detector().external("w", "shared", null, null).write(root().resolve("pets/1.onnx"));
    OnnxBuilder.detector().external("w", "shared", null, null).write(root.resolve("pets/2.onnx"));
    file(root.resolve("pets/shared"), 7);

    assertThat(found("pets/1").files()).isEqualTo(found("pets/2").files()).hasSize(2);
  }

  @Test
  void a_package_with_a_configuration_has_them_too() throws Exception {
    Path pets = PackageFixtures.write(root().resolve("pets/1"));
    OnnxBuilder.detector().external("w", "w.data", "0", "9").write(pets.resolve("weights.onnx"));
    assertThat(refusal())
        .isEqualTo(
            "w.data is missing in %s: weights.onnx keeps tensors in it. Copy it there, too"
                .formatted(pets));
    file(pets.resolve("w.data"), 8);
    assertThat(refusal())
        .isEqualTo(
            "w.data in %s is not complete: it has 8 bytes, and weights.onnx needs 9 of it. Copy it again"
                .formatted(pets));
    file(pets.resolve("w.data"), 9);

    assertThat(found("pets/1").files()).extracting(PackageFile::name).contains("w.data");
  }

  @Test
  void files_beyond_two_gigabytes_are_whole_when_they_are_long_enough() throws Exception {
    long end = (3L << 30) + 5;
    OnnxBuilder.detector()
        .external("w", "big", Long.toString(3L << 30), "5")
        .write(root().resolve("pets.onnx"));
    try (var big = new RandomAccessFile(root.resolve("big").toFile(), "rw")) {
      big.setLength(end - 1);
    }
    assertThat(refusal()).contains("it has " + (end - 1) + " bytes, and pets.onnx needs " + end);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret",
        "/etc/passwd",
        "a/../../secret",
        "..",
        ".",
        "a\\b",
        "x/",
        "a\nb",
        "*/_ORT_MEM_ADDR_/*"
      })
  void a_place_outside_of_its_folder_is_refused(String location) throws Exception {
    file(folder.resolve("secret"), 1);
    OnnxBuilder.detector().external("w", location, null, null).write(root().resolve("pets.onnx"));

    assertThat(refusal())
        .startsWith("pets.onnx keeps tensors in ")
        .endsWith("is not in its folder: export it with its tensors beside it")
        .doesNotContain("\n");
  }

  @Test
  void a_link_that_leads_out_of_its_folder_is_refused_and_one_inside_is_followed()
      throws Exception {
    Path secret = file(folder.resolve("secret"), 1);
    OnnxBuilder.detector().external("w", "w.data", null, null).write(root().resolve("pets.onnx"));
    Files.createSymbolicLink(root.resolve("w.data"), secret);
    assertThat(refusal()).contains("which is not in its folder");

    Files.delete(root.resolve("w.data"));
    Files.createSymbolicLink(root.resolve("out"), folder);
    OnnxBuilder.detector().external("w", "out/secret", null, null).write(root.resolve("pets.onnx"));
    assertThat(
            FolderRepository.open(List.of(root)).refusals().stream()
                .map(Refusal::reason)
                .anyMatch(reason -> reason.contains("which is not in its folder")))
        .isTrue();
    Files.delete(root.resolve("out"));

    OnnxBuilder.detector().external("w", "w.data", null, null).write(root.resolve("pets.onnx"));
    file(root.resolve("real.data"), 3);
    Files.createSymbolicLink(root.resolve("w.data"), root.resolve("real.data"));
    assertThat(found("pets/1").files()).extracting(PackageFile::bytes).contains(3L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"weights.onnx", "pets.onnx", "class_names.txt", "model_config.json"})
  void the_name_of_another_file_of_a_package_is_refused(String location) throws Exception {
    OnnxBuilder.detector().external("w", location, null, null).write(root().resolve("pets.onnx"));

    assertThat(refusal()).contains("which is another file of a package");
  }

  @Test
  void a_folder_in_the_place_of_a_file_is_refused() throws Exception {
    OnnxBuilder.detector().external("w", "sub", null, null).write(root().resolve("pets/1/a.onnx"));
    Files.createDirectories(root.resolve("pets/1/sub"));

    assertThat(refusal()).startsWith("sub in ").contains("is no file, but a.onnx keeps tensors");
  }

  @Test
  void a_tensor_file_that_changes_is_another_package_and_one_that_grows_is_waited_for()
      throws Exception {
    file(root().resolve("w.data"), 4);
    OnnxBuilder.detector().external("w", "w.data", null, null).write(root.resolve("pets.onnx"));
    var repository = FolderRepository.open(List.of(root));
    String before = Objects.requireNonNull(repository.find("pets/1")).digest();

    for (int bytes = 5; bytes < 10; bytes++) {
      file(root.resolve("w.data"), bytes);
      assertThat(repository.refresh()).isFalse();
    }
    assertThat(repository.refresh()).isTrue();
    assertThat(Objects.requireNonNull(repository.find("pets/1")).digest()).isNotEqualTo(before);
    assertThat(repository.isIntact(Objects.requireNonNull(repository.find("pets/1")))).isTrue();
  }

  @Test
  void a_network_that_names_a_file_which_is_still_being_copied_waits_for_it() throws Exception {
    var repository = FolderRepository.open(List.of(root()));
    OnnxBuilder.detector().external("w", "w.data", null, null).write(root.resolve("pets.onnx"));
    for (int bytes = 1; bytes < 6; bytes++) {
      file(root.resolve("w.data"), bytes);
      repository.refresh();
      assertThat(repository.find("pets/1")).as("after %d bytes", bytes).isNull();
    }
    repository.refresh();
    repository.refresh();

    assertThat(repository.find("pets/1")).isNotNull();
  }
}

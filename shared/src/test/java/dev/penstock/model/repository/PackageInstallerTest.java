package dev.penstock.model.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.config.StartupException;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.layout.PackageFixtures;
import dev.penstock.model.onnx.OnnxBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackageInstallerTest {
  @TempDir private Path folder = Path.of("");
  private Path models = Path.of("");

  @BeforeEach
  void makeRepository() throws IOException {
    models = Files.createDirectory(folder.resolve("models"));
  }

  @Test
  void an_export_becomes_a_version_of_a_data_set() throws Exception {
    Path best = OnnxBuilder.detector().write(folder.resolve("runs/best.onnx"));

    Path place = PackageInstaller.install(best, "pets/2", models, false);

    assertThat(place).isEqualTo(models.resolve("pets/2"));
    assertThat(place.resolve("weights.onnx")).hasSameBinaryContentAs(best);
    ModelPackage served = FolderRepository.open(List.of(models)).find("pets/2");
    assertThat(served).isNotNull();
    assertThat(hidden()).isEmpty();
  }

  @Test
  void a_package_folder_is_taken_with_the_files_that_belong_to_it() throws Exception {
    Path source = PackageFixtures.write(folder.resolve("exported"));
    Files.writeString(source.resolve("notes.txt"), "mine");

    Path place = PackageInstaller.install(source, "pets/1", models, false);

    assertThat(place.resolve("model_config.json")).exists();
    assertThat(place.resolve("notes.txt")).doesNotExist();
  }

  @Test
  void a_model_that_is_there_is_replaced_only_when_told() throws Exception {
    Path source = PackageFixtures.write(folder.resolve("exported"));
    PackageInstaller.install(source, "pets/1", models, false);
    Path best = OnnxBuilder.detector().write(folder.resolve("best.onnx"));

    assertThatThrownBy(() -> PackageInstaller.install(best, "pets/1", models, false))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("pets/1 is there already")
        .hasMessageContaining("--replace");
    PackageInstaller.install(best, "pets/1", models, true);

    assertThat(models.resolve("pets/1/model_config.json")).doesNotExist();
    assertThat(models.resolve("pets/1/weights.onnx")).hasSameBinaryContentAs(best);
    assertThat(hidden()).isEmpty();
  }

  @Test
  void what_cannot_be_served_is_not_added() throws Exception {
    Path page = Files.writeString(folder.resolve("best.onnx"), "<html>");

    assertThatThrownBy(() -> PackageInstaller.install(page, "pets/1", models, false))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("cannot be served: best.onnx is no complete ONNX file");
    assertThat(models).isEmptyDirectory();
  }

  /** What was left behind beside the models. */
  private List<Path> hidden() throws IOException {
    try (Stream<Path> tree = Files.walk(models)) {
      return tree.filter(path -> path.getFileName().toString().startsWith(".")).toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pets.onnx", "pets/1.onnx", "pets/001/any.onnx"})
  void an_id_that_is_served_from_another_place_is_not_added_beside_it(String taken)
      throws Exception {
    OnnxBuilder.detector().write(models.resolve(taken));
    Path best = OnnxBuilder.detector().write(folder.resolve("best.onnx"));

    for (boolean replace : new boolean[] {false, true}) {
      assertThatThrownBy(() -> PackageInstaller.install(best, "pets/1", models, replace))
          .isInstanceOf(StartupException.class)
          .hasMessageContaining("pets/1 is there already, as ")
          .hasMessageContaining("remove that");
    }
    assertThat(models.resolve("pets/1")).doesNotExist();
    PackageInstaller.install(best, "pets/2", models, false);
    assertThat(FolderRepository.open(List.of(models)).all())
        .extracting(ModelPackage::id)
        .containsExactly("pets/1", "pets/2");
  }

  @Test
  void nothing_is_added_below_a_model() throws Exception {
    PackageFixtures.write(models.resolve("pets"));
    Path best = OnnxBuilder.detector().write(folder.resolve("best.onnx"));

    assertThatThrownBy(() -> PackageInstaller.install(best, "pets/2", models, true))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("is itself a model, and nothing below it is served");
  }

  @ParameterizedTest
  @ValueSource(strings = {"my pets/1", ".pets/1", "pets/.1", "pét/1"})
  void an_id_under_which_nothing_is_served_is_not_added(String id) throws Exception {
    Path best = OnnxBuilder.detector().write(folder.resolve("best.onnx"));

    assertThatThrownBy(() -> PackageInstaller.install(best, id, models, false))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("would not be served");
    assertThat(models).isEmptyDirectory();
  }
}

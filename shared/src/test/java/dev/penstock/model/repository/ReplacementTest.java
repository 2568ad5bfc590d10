package dev.penstock.model.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelRepository.Refusal;
import dev.penstock.model.layout.PackageFixtures;
import dev.penstock.model.onnx.OnnxBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is served stays served until its successor can be. */
class ReplacementTest {
  private static final int LOOKS = 4;

  @TempDir private Path folder = Path.of("");
  private Path root = Path.of("");
  private Path pets = Path.of("");
  private FolderRepository repository = FolderRepository.open(List.of());
  private String digest = "";

  @BeforeEach
  void serve() throws Exception {
    root = Files.createDirectories(folder.resolve("models"));
    pets = PackageFixtures.write(root.resolve("pets/1"));
    repository = FolderRepository.open(List.of(root));
    digest = served().digest();
  }

  private ModelPackage served() {
    return Objects.requireNonNull(repository.find("pets/1"), "pets/1 is not served");
  }

  /** The one before is served on, and that reason is given. */
  private void assertHeldUp(String reason) {
    for (int look = 0; look < LOOKS; look++) {
      repository.refresh();
      assertThat(served().digest()).isEqualTo(digest);
      assertThat(repository.byDigest(digest)).isNotNull();
    }
    assertThat(repository.heldUp()).extracting(Refusal::modelId).containsExactly("pets/1");
    assertThat(repository.heldUp().get(0).reason()).contains(reason);
    assertThat(repository.refusals()).isEmpty();
    assertThat(repository.isIntact(served())).as("its files are gone").isFalse();
  }

  private void assertTaken() {
    for (int look = 0; look < LOOKS; look++) {
      repository.refresh();
    }
    assertThat(served().digest()).isNotEqualTo(digest);
    assertThat(repository.heldUp()).isEmpty();
    assertThat(repository.isIntact(served())).isTrue();
  }

  @Test
  void garbage_replaces_nothing_and_what_follows_it_does() throws Exception {
    Files.writeString(pets.resolve("weights.onnx"), "<html>404 not found</html>");
    assertHeldUp("weights.onnx is no complete ONNX file");

    OnnxBuilder.detector().initializer("w", 5).write(pets.resolve("weights.onnx"));
    assertTaken();
  }

  @Test
  void half_a_file_that_grows_slowly_replaces_nothing_until_it_is_whole() throws Exception {
    byte[] whole = OnnxBuilder.detector().initializer("w", 400).bytes();
    for (int length = 0; length < whole.length; length += 100) {
      Files.write(pets.resolve("weights.onnx"), Arrays.copyOf(whole, length));
      assertHeldUp("weights.onnx is no complete ONNX file");
    }
    Files.write(pets.resolve("weights.onnx"), whole);
    assertTaken();
  }

  @Test
  void a_describing_file_that_is_gone_or_broken_for_a_while_takes_nothing_away() throws Exception {
    byte[] names = Files.readAllBytes(pets.resolve("class_names.txt"));
    Files.delete(pets.resolve("class_names.txt"));
    assertHeldUp("class_names.txt is missing in " + pets);

    Files.write(pets.resolve("class_names.txt"), names);
    Files.writeString(pets.resolve("model_config.json"), "{\"model_architecture\":");
    assertHeldUp("model_config.json is not a JSON object");

    Files.writeString(pets.resolve("model_config.json"), PackageFixtures.MODEL);
    for (int look = 0; look < LOOKS; look++) {
      repository.refresh();
    }
    assertThat(served().digest()).as("the same files again").isEqualTo(digest);
    assertThat(repository.heldUp()).isEmpty();
    assertThat(repository.isIntact(served())).isTrue();
  }

  @Test
  void the_very_files_that_are_served_come_back_without_being_read_again() throws Exception {
    Path away = Files.move(pets.resolve("class_names.txt"), folder.resolve("names"));
    assertHeldUp("class_names.txt is missing");

    Files.move(away, pets.resolve("class_names.txt"));
    assertThat(repository.refresh()).isTrue();
    assertThat(repository.heldUp()).isEmpty();
    assertThat(repository.isIntact(served())).isTrue();
  }

  @Test
  void a_folder_that_is_renamed_away_and_back_between_two_looks_is_served_on() throws Exception {
    Files.move(root.resolve("pets"), root.resolve("away"));
    repository.refresh();
    assertThat(served().digest()).isEqualTo(digest);
    Files.move(root.resolve("away"), root.resolve("pets"));
    repository.refresh();
    repository.refresh();

    assertThat(served().digest()).isEqualTo(digest);
    assertThat(repository.heldUp()).isEmpty();
  }

  @Test
  void a_version_folder_that_is_emptied_is_no_removal_and_one_that_is_deleted_is()
      throws Exception {
    Path note = Files.createDirectories(folder.resolve("kept"));
    for (String file :
        List.of("weights.onnx", "class_names.txt", "model_config.json", "inference_config.json")) {
      Files.move(pets.resolve(file), note.resolve(file));
    }
    assertHeldUp("weights.onnx is missing in " + pets);

    Files.delete(pets);
    repository.refresh();
    repository.refresh();
    assertThat(repository.find("pets/1")).isNull();
  }

  @Test
  void replaced_by_garbage_and_again_by_a_model_while_looks_go_on() throws Exception {
    Files.writeString(pets.resolve("weights.onnx"), "garbage");
    repository.refresh();
    OnnxBuilder.detector().initializer("w", 5).write(pets.resolve("weights.onnx"));
    repository.refresh();
    assertThat(served().digest()).isEqualTo(digest);
    OnnxBuilder.detector().initializer("w", 6).write(pets.resolve("weights.onnx"));
    assertTaken();
  }

  @Test
  void another_place_of_the_same_id_takes_over_when_it_is_whole() throws Exception {
    Path bare = OnnxBuilder.detector().write(root.resolve("zoo.onnx"));
    repository.refresh();
    repository.refresh();
    String before = Objects.requireNonNull(repository.find("zoo/1")).digest();

    Files.delete(bare);
    Path best = root.resolve("zoo/1/best.onnx");
    byte[] whole = OnnxBuilder.detector().initializer("w", 400).bytes();
    Files.createDirectories(Objects.requireNonNull(best.getParent()));
    Files.write(best, Arrays.copyOf(whole, 300));
    for (int look = 0; look < LOOKS; look++) {
      repository.refresh();
      assertThat(Objects.requireNonNull(repository.find("zoo/1")).digest()).isEqualTo(before);
    }
    Files.write(best, whole);
    repository.refresh();
    repository.refresh();
    assertThat(Objects.requireNonNull(repository.find("zoo/1")).digest()).isNotEqualTo(before);
  }

  @Test
  void a_file_system_that_is_no_longer_mounted_takes_nothing_away() throws Exception {
    Files.move(root, folder.resolve("mounted"));
    Files.createDirectories(root);
    for (int look = 0; look < LOOKS; look++) {
      assertThatThrownBy(repository::refresh)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageEndingWith(
              "it is empty and another folder than before; is its file system mounted?");
      assertThat(served().digest()).isEqualTo(digest);
    }
    Files.delete(root);
    Files.move(folder.resolve("mounted"), root);
    repository.refresh();
    repository.refresh();
    assertThat(repository.isIntact(served())).isTrue();
  }

  @Test
  void a_folder_from_which_everything_was_removed_serves_nothing() throws Exception {
    Files.move(root.resolve("pets"), folder.resolve("gone"));
    repository.refresh();
    repository.refresh();

    assertThat(repository.all()).isEmpty();
  }

  @Test
  void looks_at_what_was_touched_see_what_looks_at_everything_do() throws Exception {
    PackageFixtures.write(root.resolve("farm/1"));
    Path zoo = OnnxBuilder.detector().write(root.resolve("zoo.onnx"));
    repository.refresh();
    repository.refresh();
    assertThat(repository.isSettled()).isTrue();

    OnnxBuilder.detector().initializer("w", 5).write(pets.resolve("weights.onnx"));
    OnnxBuilder.detector().initializer("w", 5).write(zoo);
    String before = Objects.requireNonNull(repository.find("zoo/1")).digest();
    assertThat(repository.refresh(Set.of(pets))).isFalse();
    assertThat(repository.isSettled()).isFalse();
    assertThat(repository.refresh(Set.of())).isTrue();
    assertThat(served().digest()).isNotEqualTo(digest);
    assertThat(Objects.requireNonNull(repository.find("zoo/1")).digest())
        .as("nobody said that it was touched")
        .isEqualTo(before);

    move(root.resolve("farm"), root.resolve("barn"));
    repository.refresh(Set.of(root));
    repository.refresh(Set.of());
    assertThat(repository.find("farm/1")).isNull();
    assertThat(repository.find("barn/1")).isNotNull();
    assertThat(repository.isSettled()).isTrue();
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }
}

package dev.penstock.model.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.penstock.config.StartupException;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelPackage.PackageFile;
import dev.penstock.model.ModelRepository;
import dev.penstock.model.ModelRepository.Refusal;
import dev.penstock.model.layout.PackageFixtures;
import dev.penstock.model.onnx.OnnxBuilder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderRepositoryTest {
  @TempDir private Path root = Path.of("");

  private static ModelPackage found(ModelRepository repository, String id) {
    return Objects.requireNonNull(repository.find(id), id);
  }

  @Test
  void serves_packages_by_id_and_digest() throws Exception {
    Path folder = PackageFixtures.write(root.resolve("pets/2"));
    var repository = FolderRepository.open(List.of(root));

    ModelPackage pets = found(repository, "pets/2");
    assertThat(pets.id()).isEqualTo("pets/2");
    assertThat(pets.folder()).isEqualTo(folder);
    assertThat(pets.description().classNames()).containsExactly("cat", "dog");
    assertThat(pets.files())
        .extracting(PackageFile::name)
        .containsExactly(
            "class_names.txt", "inference_config.json", "model_config.json", "weights.onnx");
    assertThat(repository.byDigest(pets.digest())).isEqualTo(pets);
    assertThat(repository.find("pets/002")).isEqualTo(pets);
    assertThat(repository.find("pets/3")).isNull();
    assertThat(repository.find("pets/2/1")).isNull();
    assertThat(repository.refusals()).isEmpty();
  }

  @Test
  void a_folder_with_leading_zeros_has_the_id_without() throws Exception {
    PackageFixtures.write(root.resolve("pets/007"));

    assertThat(FolderRepository.open(List.of(root)).find("pets/7")).isNotNull();
  }

  @Test
  void the_digest_follows_names_and_contents_of_the_packages_own_files() throws Exception {
    Path folder = PackageFixtures.write(root.resolve("pets/1"));
    String digest = found(FolderRepository.open(List.of(root)), "pets/1").digest();
    assertThat(digest).matches("[0-9a-f]{64}");

    Files.writeString(folder.resolve("README.md"), "a note");
    Files.writeString(folder.resolve("LICENSE"), "a licence");
    PackageFixtures.write(root.resolve("copy/1"));
    var noted = FolderRepository.open(List.of(root));
    assertThat(found(noted, "pets/1").digest()).isEqualTo(digest);
    assertThat(found(noted, "copy/1").digest()).as("another model").isNotEqualTo(digest);

    Files.write(folder.resolve("weights.onnx.data"), new byte[] {4});
    assertThat(found(FolderRepository.open(List.of(root)), "pets/1").digest())
        .as("the network names no such file")
        .isEqualTo(digest);
    OnnxBuilder.detector()
        .external("w", "tensors", null, null)
        .write(folder.resolve("weights.onnx"));
    Files.write(folder.resolve("tensors"), new byte[] {4});
    String external = found(FolderRepository.open(List.of(root)), "pets/1").digest();
    assertThat(external).isNotEqualTo(digest);
    Files.write(folder.resolve("tensors"), new byte[] {5});
    assertThat(found(FolderRepository.open(List.of(root)), "pets/1").digest())
        .isNotEqualTo(external);
    OnnxBuilder.detector().initializer("w", 9).write(folder.resolve("weights.onnx"));
    assertThat(found(FolderRepository.open(List.of(root)), "pets/1").digest()).isNotEqualTo(digest);
  }

  @Test
  void what_cannot_be_served_is_refused_with_a_reason_and_the_rest_is_served() throws Exception {
    PackageFixtures.write(root.resolve("good/1"));
    Files.delete(PackageFixtures.write(root.resolve("headless/1")).resolve("weights.onnx"));
    Files.writeString(
        PackageFixtures.write(root.resolve("garbled/1")).resolve("model_config.json"), "{");
    Files.write(
        PackageFixtures.write(root.resolve("latin/1")).resolve("class_names.txt"),
        new byte[] {(byte) 0xE4});
    Files.createDirectories(root.resolve("empty"));
    Files.writeString(root.resolve("lonely.onnx"), "x");
    Files.writeString(root.resolve("notes.txt"), "x");
    Files.createDirectories(root.resolve(".git/1"));
    var repository = FolderRepository.open(List.of(root));

    assertThat(repository.all()).extracting(ModelPackage::id).containsExactly("good/1");
    assertThat(repository.refusals())
        .extracting(Refusal::modelId)
        .containsExactlyInAnyOrder("headless/1", "garbled/1", "latin/1", "empty", "lonely/1");
    assertThat(reason(repository, "headless/1")).startsWith("weights.onnx is missing in ");
    assertThat(reason(repository, "garbled/1"))
        .startsWith("model_config.json is not a JSON object");
    assertThat(reason(repository, "latin/1"))
        .isEqualTo("class_names.txt is not UTF-8 text: save it as UTF-8");
    assertThat(reason(repository, "empty")).contains("for example empty/1/");
    assertThat(reason(repository, "lonely/1")).startsWith("lonely.onnx is no complete ONNX file: ");
  }

  @Test
  void an_odd_file_does_not_keep_the_others_from_being_served() throws Exception {
    PackageFixtures.write(root.resolve("good/1"));
    new OnnxBuilder()
        .input("images", OnnxBuilder.FLOAT, 1, 3, Long.MAX_VALUE, 64)
        .output("output0", OnnxBuilder.FLOAT, 1, 6, 84)
        .meta("names", "['cat', 'dog']")
        .write(root.resolve("odd.onnx"));
    var repository = FolderRepository.open(List.of(root));

    assertThat(repository.all()).extracting(ModelPackage::id).containsExactly("good/1");
    assertThat(reason(repository, "odd/1")).contains("sides from 1 to 16384 can be served");
  }

  private static String reason(ModelRepository repository, String id) {
    return repository.refusals().stream()
        .filter(refusal -> refusal.modelId().equals(id))
        .map(Refusal::reason)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void key_points_that_nobody_needs_may_be_unreadable() throws Exception {
    Files.write(
        PackageFixtures.write(root.resolve("pets/1")).resolve("keypoints_metadata.json"),
        new byte[] {(byte) 0xE4, '{'});

    assertThat(FolderRepository.open(List.of(root)).find("pets/1")).isNotNull();
  }

  @Test
  void the_first_directory_wins_and_the_hidden_one_is_named() throws Exception {
    Path first = PackageFixtures.write(root.resolve("a/pets/1"));
    Path second = PackageFixtures.write(root.resolve("b/pets/01"));
    Files.writeString(second.resolve("class_names.txt"), "cow\n");
    PackageFixtures.write(root.resolve("b/farm/1"));
    var repository = FolderRepository.open(List.of(root.resolve("a"), root.resolve("b")));

    assertThat(found(repository, "pets/1").folder()).isEqualTo(first);
    assertThat(repository.find("farm/1")).isNotNull();
    assertThat(reason(repository, "pets/1")).contains("is hidden by the package of the same id");
  }

  @Test
  void the_same_package_in_two_directories_is_no_clash() throws Exception {
    PackageFixtures.write(root.resolve("a/pets/1"));
    PackageFixtures.write(root.resolve("b/pets/1"));

    assertThat(FolderRepository.open(List.of(root.resolve("a"), root.resolve("b"))).refusals())
        .isEmpty();
  }

  @Test
  void lists_packages_sorted_by_id() throws Exception {
    PackageFixtures.write(root.resolve("b/1"));
    PackageFixtures.write(root.resolve("a/2"));
    PackageFixtures.write(root.resolve("a/1"));

    assertThat(FolderRepository.open(List.of(root)).all())
        .extracting(ModelPackage::id)
        .containsExactly("a/1", "a/2", "b/1");
  }

  @Test
  void a_directory_that_is_not_there_stops_the_start() {
    assertThatThrownBy(() -> FolderRepository.open(List.of(root.resolve("absent"))))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("No such directory of models: ");
  }

  @Test
  void a_package_in_the_place_of_a_directory_of_packages_stops_the_start() throws Exception {
    Path folder = PackageFixtures.write(root.resolve("pets/1"));

    assertThatThrownBy(() -> FolderRepository.open(List.of(folder)))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("is itself a model package");
  }

  @Test
  void bare_files_are_models_wherever_they_lie() throws Exception {
    OnnxBuilder.detector().write(root.resolve("pets.onnx"));
    OnnxBuilder.detector().write(root.resolve("farm/2.onnx"));
    Path any = OnnxBuilder.detector().write(root.resolve("zoo/003/best run.onnx"));
    PackageFixtures.write(root.resolve("flat"));
    var repository = FolderRepository.open(List.of(root));

    assertThat(repository.all())
        .extracting(ModelPackage::id)
        .containsExactly("farm/2", "flat/1", "pets/1", "zoo/3");
    ModelPackage zoo = found(repository, "zoo/3");
    assertThat(zoo.weights()).isEqualTo(any);
    assertThat(zoo.files()).extracting(PackageFile::name).containsExactly("weights.onnx");
    assertThat(zoo.files()).isEqualTo(found(repository, "pets/1").files());
    assertThat(zoo.description().classNames()).containsExactly("cat", "dog");
  }

  @Test
  void several_networks_in_one_version_and_names_that_no_url_has_are_refused() throws Exception {
    OnnxBuilder.detector().write(root.resolve("pets/1/a.onnx"));
    OnnxBuilder.detector().write(root.resolve("pets/1/b.onnx"));
    OnnxBuilder.detector().write(root.resolve("my pets.onnx"));
    var repository = FolderRepository.open(List.of(root));

    assertThat(reason(repository, "pets/1")).contains("holds several networks (a.onnx, b.onnx)");
    assertThat(reason(repository, "my pets/1")).startsWith("a model id has no blanks");
  }

  @Test
  void a_change_counts_when_two_looks_have_seen_it() throws Exception {
    Path pets = PackageFixtures.write(root.resolve("pets/1"));
    var repository = FolderRepository.open(List.of(root));
    ModelPackage before = found(repository, "pets/1");
    long revision = repository.revision();
    assertThat(repository.refresh()).isFalse();

    Files.writeString(pets.resolve("class_names.txt"), "cow\n");
    OnnxBuilder.detector().write(root.resolve("zoo.onnx"));
    assertThat(repository.refresh()).isFalse();
    assertThat(repository.find("pets/1")).isEqualTo(before);
    assertThat(repository.find("zoo/1")).isNull();
    assertThat(repository.refresh()).isTrue();

    assertThat(found(repository, "pets/1").description().classNames()).containsExactly("cow");
    assertThat(repository.byDigest(before.digest())).isNull();
    assertThat(repository.find("zoo/1")).isNotNull();
    assertThat(repository.revision()).isGreaterThan(revision);
  }

  @Test
  void a_file_that_still_grows_is_left_alone() throws Exception {
    var repository = FolderRepository.open(List.of(root));
    byte[] whole = OnnxBuilder.detector().initializer("w", 500).bytes();
    for (int length = 100; length < whole.length; length += 100) {
      Files.write(root.resolve("zoo.onnx"), Arrays.copyOf(whole, length));
      assertThat(repository.refresh()).isFalse();
    }
    Files.write(root.resolve("zoo.onnx"), whole);
    repository.refresh();
    repository.refresh();

    assertThat(repository.refusals()).isEmpty();
    assertThat(repository.find("zoo/1")).isNotNull();
  }

  @Test
  void what_is_removed_goes_and_what_is_mended_comes() throws Exception {
    Path broken = root.resolve("broken.onnx");
    Files.writeString(broken, "half");
    Path zoo = OnnxBuilder.detector().write(root.resolve("zoo.onnx"));
    var repository = FolderRepository.open(List.of(root));
    assertThat(repository.refusals()).hasSize(1);

    Files.delete(zoo);
    OnnxBuilder.detector().write(broken);
    repository.refresh();
    assertThat(repository.find("zoo/1")).as("gone for one look").isNotNull();
    repository.refresh();

    assertThat(repository.all()).extracting(ModelPackage::id).containsExactly("broken/1");
    assertThat(repository.refusals()).isEmpty();
  }

  @Test
  void a_package_is_intact_until_one_of_its_files_is_touched() throws Exception {
    Path zoo = OnnxBuilder.detector().write(root.resolve("zoo.onnx"));
    var repository = FolderRepository.open(List.of(root));
    ModelPackage found = found(repository, "zoo/1");
    assertThat(repository.isIntact(found)).isTrue();

    Path other = OnnxBuilder.detector().write(root.resolve("other"));
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(zoo));
    Files.move(other, zoo, StandardCopyOption.REPLACE_EXISTING);
    assertThat(repository.isIntact(found)).as("same size and time, another file").isFalse();

    Files.delete(zoo);
    assertThat(repository.isIntact(found)).isFalse();
  }

  @Test
  void nobody_waits_while_a_large_package_is_read() throws Exception {
    PackageFixtures.write(root.resolve("pets/1"));
    var repository = FolderRepository.open(List.of(root));
    ModelPackage pets = found(repository, "pets/1");
    Path folder = PackageFixtures.write(root.resolve("large/1"));
    OnnxBuilder.detector()
        .external("w", "tensors", null, null)
        .write(folder.resolve("weights.onnx"));
    try (var file = new RandomAccessFile(folder.resolve("tensors").toFile(), "rw")) {
      file.setLength(1L << 29); // without a block on the disk
    }
    for (int look = 0; look < 3; look++) {
      repository.refresh(); // until its files are known and settled
    }
    var reading = new Thread(repository::refresh);
    long begun = System.nanoTime();
    reading.start();
    long longest = 0;
    while (reading.isAlive()) {
      long asked = System.nanoTime();
      assertThat(repository.isIntact(pets)).isTrue();
      longest = Math.max(longest, System.nanoTime() - asked);
    }
    assertThat(longest).isLessThan((System.nanoTime() - begun) / 2);
    assertThat(repository.find("large/1")).isNotNull();
  }

  @Test
  void a_folder_that_may_not_be_read_keeps_no_other_from_being_served() throws Exception {
    PackageFixtures.write(root.resolve("pets/1"));
    Path closed = Files.createDirectories(root.resolve("lost+found"));
    Path version = Files.createDirectories(root.resolve("farm/1"));
    forbid(closed);
    forbid(version);
    try {
      var repository = FolderRepository.open(List.of(root));

      assertThat(repository.all()).extracting(ModelPackage::id).containsExactly("pets/1");
      assertThat(reason(repository, "lost+found")).startsWith("cannot be read, check its perm");
      assertThat(reason(repository, "farm/1")).startsWith("cannot be read, check its permissions");
      assertThat(repository.refresh()).isFalse();
    } finally {
      allow(closed);
      allow(version);
    }
  }

  @Test
  void what_was_refused_for_its_permissions_is_served_when_they_are_mended() throws Exception {
    Path zoo = OnnxBuilder.detector().write(root.resolve("zoo.onnx"));
    forbid(zoo);
    var repository = FolderRepository.open(List.of(root));
    assertThat(reason(repository, "zoo/1")).startsWith("cannot be read, check its permissions");
    assertThat(repository.refresh()).isFalse();

    allow(zoo);
    assertThat(repository.refresh()).isTrue();
    assertThat(repository.find("zoo/1")).isNotNull();
    assertThat(repository.refusals()).isEmpty();
  }

  @Test
  void a_data_set_that_cannot_be_read_for_a_while_takes_nothing_away() throws Exception {
    PackageFixtures.write(root.resolve("pets/1"));
    PackageFixtures.write(root.resolve("flat"));
    var repository = FolderRepository.open(List.of(root));
    forbid(root.resolve("pets"));
    try {
      for (int look = 0; look < 3; look++) {
        repository.refresh();
        assertThat(repository.find("pets/1")).isNotNull();
      }
      assertThat(reason(repository, "pets")).startsWith("cannot be read");
    } finally {
      allow(root.resolve("pets"));
    }
    repository.refresh();
    repository.refresh();
    assertThat(repository.refusals()).isEmpty();
    assertThat(repository.find("pets/1")).isNotNull();
  }

  /** Skips the test for the superuser, who may read everything. */
  private static void forbid(Path path) throws IOException {
    Files.setPosixFilePermissions(path, Set.of());
    assumeFalse(Files.isReadable(path), "permissions do not hold for this user");
  }

  private static void allow(Path path) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void a_folder_that_cannot_be_read_for_a_while_takes_nothing_away() throws Exception {
    Path models = root.resolve("models");
    PackageFixtures.write(models.resolve("pets/1"));
    var repository = FolderRepository.open(List.of(models));
    Files.move(models, root.resolve("unmounted"));

    for (int look = 0; look < 3; look++) {
      assertThatThrownBy(repository::refresh)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("Cannot read the directory of models");
    }
    assertThat(repository.find("pets/1")).isNotNull();
  }
}

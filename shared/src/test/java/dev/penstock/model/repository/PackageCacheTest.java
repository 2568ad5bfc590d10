package dev.penstock.model.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelPackage.PackageFile;
import dev.penstock.model.layout.Digests;
import dev.penstock.model.layout.PackageFixtures;
import dev.penstock.model.layout.PackageReader;
import dev.penstock.model.onnx.OnnxBuilder;
import dev.penstock.model.repository.PackageCache.Downloader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackageCacheTest {
  @TempDir private Path folder = Path.of("");
  private ModelPackage owned;

  @BeforeEach
  void ownAPackage() throws Exception {
    owned = PackageReader.read("pets/1", PackageFixtures.write(folder.resolve("owner")));
  }

  private PackageCache cache() {
    return new PackageCache(folder.resolve("cache"));
  }

  /** What the owner's HTTP side does in earnest. */
  private Downloader fromOwner() {
    return (file, target) -> Files.copy(owned.folder().resolve(file.name()), target);
  }

  private ModelPackage store() throws IOException {
    return cache().store("pets/1", owned.digest(), owned.files(), fromOwner());
  }

  private List<Path> entries() throws IOException {
    try (Stream<Path> entries = Files.list(folder.resolve("cache/packages"))) {
      return entries.toList();
    }
  }

  @Test
  void keeps_a_package_under_its_digest() throws Exception {
    assertThat(cache().get("pets/1", owned.digest())).isEmpty();

    ModelPackage stored = store();

    assertThat(stored.folder()).isEqualTo(folder.resolve("cache/packages/" + owned.digest()));
    assertThat(stored.files()).isEqualTo(owned.files());
    assertThat(stored.description()).isEqualTo(owned.description());
    assertThat(cache().get("pets/1", owned.digest())).contains(stored);
    assertThat(entries()).containsExactly(stored.folder());
  }

  @Test
  void a_stored_package_that_was_changed_counts_as_absent_and_is_replaced() throws Exception {
    ModelPackage stored = store();
    Files.write(stored.folder().resolve("weights.onnx"), new byte[] {66});
    assertThat(cache().get("pets/1", owned.digest())).isEmpty();
    Files.delete(stored.folder().resolve("class_names.txt"));
    assertThat(cache().get("pets/1", owned.digest())).isEmpty();

    assertThat(store()).isEqualTo(stored);
    assertThat(cache().get("pets/1", owned.digest())).contains(stored);
    assertThat(entries()).containsExactly(stored.folder());
  }

  @Test
  void storing_twice_is_harmless() throws Exception {
    assertThat(store()).isEqualTo(store());
    assertThat(entries()).hasSize(1);
  }

  @Test
  void many_may_store_the_same_package_at_once() throws Exception {
    int many = 8;
    var together = new CyclicBarrier(many);
    var threads = Executors.newFixedThreadPool(many);
    try {
      Callable<ModelPackage> one =
          () ->
              cache()
                  .store(
                      "pets/1",
                      owned.digest(),
                      owned.files(),
                      (file, target) -> {
                        fromOwner().download(file, target);
                        if (file.name().equals("weights.onnx")) {
                          meet(together);
                        }
                      });
      for (var stored : threads.invokeAll(Collections.nCopies(many, one))) {
        assertThat(stored.get().digest()).isEqualTo(owned.digest());
      }
    } finally {
      threads.shutdown();
    }
    assertThat(entries()).hasSize(1);
  }

  private static void meet(CyclicBarrier together) throws IOException {
    try {
      together.await();
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  @Test
  void a_download_that_is_not_what_was_listed_is_refused_and_leaves_nothing() throws Exception {
    Downloader liar = (file, target) -> Files.writeString(target, "something else");

    assertThatThrownBy(() -> cache().store("pets/1", owned.digest(), owned.files(), liar))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("its content is not what its owner listed");
    assertThat(entries()).isEmpty();
  }

  @Test
  void a_download_that_breaks_off_leaves_nothing() throws Exception {
    Downloader broken =
        (file, target) -> {
          Files.writeString(target, "half");
          throw new IOException("connection reset");
        };

    assertThatThrownBy(() -> cache().store("pets/1", owned.digest(), owned.files(), broken))
        .hasMessage("connection reset");
    assertThat(entries()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../escaped",
        "a/../../escaped",
        "/tmp/escaped",
        "",
        ".",
        "a\\..\\escaped",
        "a\0b"
      })
  void names_that_lead_outside_are_refused_before_anything_is_fetched(String name)
      throws Exception {
    List<PackageFile> files = List.of(new PackageFile(name, 1, "0".repeat(64)));
    var fetched = new ArrayList<String>();

    assertThatThrownBy(
            () ->
                cache()
                    .store(
                        "pets/1",
                        Digests.ofPackage("pets/1", files),
                        files,
                        (file, target) -> fetched.add(file.name())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("package");
    assertThat(fetched).isEmpty();
    assertThat(entries()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "../../etc", "ABCDEF"})
  void digests_that_are_none_are_refused(String digest) {
    assertThatThrownBy(() -> cache().get("pets/1", digest))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is no digest of a package");
  }

  @Test
  void a_list_of_files_that_is_not_the_packages_is_refused() {
    assertThatThrownBy(
            () -> cache().store("pets/1", owned.digest(), owned.files().subList(0, 2), fromOwner()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not that package's");
  }

  @Test
  void a_package_with_files_this_version_does_not_know_is_refused() throws Exception {
    Files.writeString(owned.folder().resolve("novelty.json"), "{}");
    var files = new ArrayList<>(owned.files());
    files.add(
        new PackageFile("novelty.json", 2, Digests.ofFile(owned.folder().resolve("novelty.json"))));

    assertThatThrownBy(
            () -> cache().store("pets/1", Digests.ofPackage("pets/1", files), files, fromOwner()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("update the worker");
    assertThat(entries()).isEmpty();
  }

  @Test
  void a_bare_file_is_kept_as_the_weights_of_a_package_with_the_same_digest() throws Exception {
    OnnxBuilder.detector()
        .external("w", "best.onnx.data", "0", "1")
        .external("v", "more/größe 100%#1+2.bin", null, null)
        .write(folder.resolve("models/zoo/2/best.onnx"));
    Files.write(folder.resolve("models/zoo/2/best.onnx.data"), new byte[] {1});
    Files.createDirectories(folder.resolve("models/zoo/2/more"));
    Files.write(folder.resolve("models/zoo/2/more/größe 100%#1+2.bin"), new byte[] {2});
    ModelPackage zoo = PackageReader.read("zoo/2", folder.resolve("models/zoo/2"));

    ModelPackage stored =
        cache()
            .store(
                "zoo/2",
                zoo.digest(),
                zoo.files(),
                (file, target) -> Files.copy(zoo.path(file.name()), target));

    assertThat(stored.digest()).isEqualTo(zoo.digest());
    assertThat(stored.weights()).hasFileName("weights.onnx");
    assertThat(stored.path("best.onnx.data")).exists();
    assertThat(stored.path("more/größe 100%#1+2.bin")).hasBinaryContent(new byte[] {2});
    assertThat(stored.description()).isEqualTo(zoo.description());
  }
}

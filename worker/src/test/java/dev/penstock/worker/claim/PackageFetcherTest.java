package dev.penstock.worker.claim;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelPackage.PackageFile;
import dev.penstock.model.ModelRepository;
import dev.penstock.model.repository.FolderRepository;
import dev.penstock.model.repository.PackageCache;
import dev.penstock.worker.engine.ModelLoadException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the files of a package come from. */
final class PackageFetcherTest extends WorkerSide {
  private static final Path PACKAGES = Path.of("src/test/resources/packages");

  private static final Duration PAUSE = Duration.ofMillis(1);

  @TempDir private Path folder;
  private final FolderRepository elsewhere = FolderRepository.open(List.of(PACKAGES));
  private final ModelPackage tiny = requireNonNull(elsewhere.find("tiny/1"));
  private final ModelRef wanted = new ModelRef("tiny/1", tiny.digest());

  @BeforeEach
  void serve() throws IOException {
    var list = new JsonArray();
    for (PackageFile file : tiny.files()) {
      list.add(
          new JsonObject()
              .put("name", file.name())
              .put("bytes", file.bytes())
              .put("sha256", file.sha256()));
      router.files.put(
          path() + "/" + file.name(), Buffer.buffer(Files.readAllBytes(tiny.path(file.name()))));
    }
    router.files.put(path(), new JsonObject().put("files", list).toBuffer());
  }

  private String path() {
    return "/packages/" + tiny.digest();
  }

  private PackageFetcher fetcher(ModelRepository own) {
    return new PackageFetcher(own, new PackageCache(folder), links, PAUSE);
  }

  private ModelPackage bring(PackageFetcher fetcher) throws ModelLoadException {
    ModelPackage here = fetcher.find(wanted);
    return here == null ? fetcher.fetch(wanted) : here;
  }

  private static ModelRepository nothing() {
    return FolderRepository.open(List.of());
  }

  private List<Path> kept() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void what_lies_in_the_workers_own_folders_is_not_fetched() throws Exception {
    ModelPackage found = bring(fetcher(elsewhere));

    assertThat(found).isEqualTo(tiny);
    assertThat(router.asked).isEmpty();
  }

  @Test
  void what_nobody_here_has_comes_from_a_router_and_is_kept() throws Exception {
    ModelPackage found = bring(fetcher(nothing()));

    assertThat(found.digest()).isEqualTo(tiny.digest());
    assertThat(found.id()).isEqualTo("tiny/1");
    for (PackageFile file : tiny.files()) {
      assertThat(found.path(file.name())).hasSameBinaryContentAs(tiny.path(file.name()));
    }
    router.asked.clear();

    assertThat(bring(fetcher(nothing())).digest()).isEqualTo(tiny.digest());
    assertThat(router.asked).describedAs("the second time").isEmpty();
  }

  @Test
  void a_file_that_came_to_harm_on_its_way_is_not_kept() throws Exception {
    String weights = path() + "/" + ModelPackage.WEIGHTS;
    Buffer harmed = requireNonNull(router.files.get(weights)).copy();
    harmed.setByte(100, (byte) (harmed.getByte(100) ^ 1));
    router.files.put(weights, harmed);

    assertThatThrownBy(() -> bring(fetcher(nothing())))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageStartingWith("The package could not be fetched: ");
    assertThat(kept()).isEmpty();
  }

  @Test
  void connections_that_break_cost_another_try() throws Exception {
    router.lostAnswers.set(3);

    assertThat(bring(fetcher(nothing())).digest()).isEqualTo(tiny.digest());
    assertThat(router.asked).startsWith(path(), path(), path(), path());
  }

  @Test
  void a_file_that_the_router_has_no_more_is_named_by_its_status() throws Exception {
    router.files.remove(path() + "/" + ModelPackage.WEIGHTS);

    assertThatThrownBy(() -> bring(fetcher(nothing())))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("404");
    assertThat(kept()).isEmpty();
  }

  @Test
  void a_package_that_no_router_has_cannot_be_loaded() {
    router.files.clear();

    assertThatThrownBy(() -> bring(fetcher(nothing())))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("404");
    assertThat(router.asked).describedAs("nobody will have it").hasSize(1);
  }

  @Test
  void without_any_router_nothing_can_be_fetched() {
    links.close();

    assertThatThrownBy(() -> bring(fetcher(nothing())))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("The package could not be fetched: no router can be reached");
  }

  @Test
  void a_cache_that_cannot_be_written_is_said_to_be_the_reason() throws Exception {
    Path inTheWay = Files.writeString(folder.resolve("file"), "in the way");
    var fetcher = new PackageFetcher(nothing(), new PackageCache(inTheWay), links, PAUSE);

    assertThatThrownBy(() -> bring(fetcher)).isInstanceOf(ModelLoadException.class);
  }
}

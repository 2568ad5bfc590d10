package dev.penstock.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What tests may not do. They are read from the folders of all modules that were compiled. */
final class TestHabitsTest {
  private static final Path ROOT = Path.of("..");

  @Test
  void tests_wait_for_conditions_and_never_sleep() {
    noClasses()
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", long.class, int.class)
        .orShould()
        .callMethod(TimeUnit.class, "sleep", long.class)
        .check(tests());
  }

  private static JavaClasses tests() {
    List<Path> folders =
        Stream.of("shared", "router", "worker", "deploy")
            .map(module -> ROOT.resolve(module).resolve("target/test-classes"))
            .filter(Files::isDirectory)
            .toList();
    assertThat(folders).describedAs("compiled tests").isNotEmpty();
    return new ClassFileImporter().importPaths(folders);
  }
}

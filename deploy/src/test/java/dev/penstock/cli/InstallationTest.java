package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.penstock.config.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InstallationTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"penstock.jar", "target/penstock.jar", "target/classes/x"})
  void finds_the_models_beside_the_classes_or_above_them(String classes) throws IOException {
    Path models = Files.createDirectory(folder.resolve("models"));
    assertThat(Installation.find(folder.resolve(classes)).models()).isEqualTo(models);
  }

  @Test
  void says_what_to_do_without_them() {
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> Installation.find(folder.resolve("a/b/c/d/penstock.jar")))
        .withMessageContaining("give --models a folder of model packages");
  }
}

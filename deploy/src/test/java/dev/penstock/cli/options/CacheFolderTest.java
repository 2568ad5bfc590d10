package dev.penstock.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.penstock.config.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS)
final class CacheFolderTest {
  @TempDir Path folder;
  private Path home;
  private Path temporary;

  @BeforeEach
  void folders() throws IOException {
    home = Files.createDirectory(folder.resolve("home"));
    temporary = Files.createDirectory(folder.resolve("tmp"));
  }

  @Test
  void is_where_the_user_or_the_system_says() {
    Path own = home.resolve(".cache/penstock");

    assertThat(choose(Map.of(), home.toString())).isEqualTo(own);
    assertThat(choose(Map.of("XDG_CACHE_HOME", ""), home.toString())).isEqualTo(own);
    assertThat(choose(Map.of("XDG_CACHE_HOME", "relative"), home.toString())).isEqualTo(own);
    assertThat(choose(Map.of("XDG_CACHE_HOME", "/x"), home.toString()))
        .isEqualTo(Path.of("/x/penstock"));
    assertThat(new DeviceOptions().cache(new CacheFolder(Map.of(), home.toString(), temporary)))
        .isEqualTo(own);
  }

  @ParameterizedTest
  @ValueSource(strings = {"?", "", "/", "/nonexistent", "somewhere"})
  void a_user_without_a_home_has_a_private_folder_under_the_temporary_one(String none)
      throws IOException {
    Path chosen = choose(Map.of("HOME", "/"), none);

    assertThat(chosen.getParent()).isEqualTo(temporary);
    assertThat(chosen).isDirectory();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(chosen)))
        .isEqualTo("rwx------");
    assertThat(choose(Map.of(), none)).as("found again").isEqualTo(chosen);
    try (var files = Files.list(temporary)) {
      assertThat(files).as("nothing else is left").containsExactly(chosen);
    }
  }

  @Test
  void the_home_of_the_environment_stands_in_for_one_that_the_system_does_not_know() {
    assertThat(choose(Map.of("HOME", home.toString()), "?"))
        .isEqualTo(home.resolve(".cache/penstock"));
  }

  @Test
  void a_home_that_cannot_be_written_to_is_none() throws IOException {
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeFalse(Files.isWritable(home), "root writes everywhere");

    assertThat(choose(Map.of(), home.toString()).getParent()).isEqualTo(temporary);
  }

  @Test
  void a_home_whose_cache_is_a_file_is_none() throws IOException {
    Files.writeString(home.resolve(".cache"), "");

    assertThat(choose(Map.of(), home.toString()).getParent()).isEqualTo(temporary);
  }

  @Test
  void what_somebody_else_may_have_laid_there_is_not_used() throws IOException {
    Path own = choose(Map.of(), "?");
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwxrwx"));
    refused("can be entered by other users");

    Files.delete(own);
    Files.createSymbolicLink(own, home);
    refused("is no folder");

    Files.delete(own);
    Files.writeString(own, "");
    refused("is no folder");
  }

  @Test
  void without_any_folder_it_says_what_to_give() {
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> new CacheFolder(Map.of(), "?", folder.resolve("absent")).choose())
        .withMessageContaining("give --cache a folder");
  }

  private void refused(String reason) {
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> choose(Map.of(), "?"))
        .withMessageContaining(reason)
        .withMessageContaining("give --cache a folder");
  }

  private Path choose(Map<String, String> environment, String javaHome) {
    return new CacheFolder(environment, javaHome, temporary).choose();
  }
}

package dev.penstock.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.cli.options.Converters;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** With the shipped repository, from the folder of this module. */
class ModelsCommandTest {
  private static final Path SHIPPED = Path.of("models").toAbsolutePath();

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path folder = Path.of("");

  private int run(String... arguments) {
    CommandLine commandLine = ModelsCommand.commandLine(() -> SHIPPED);
    Converters.register(commandLine);
    return commandLine
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              err.write(String.valueOf(failure.getMessage()));
              return 1;
            })
        .execute(arguments);
  }

  private String models() {
    return folder.resolve("models").toString();
  }

  private void broken(String name) throws IOException {
    Files.createDirectories(Path.of(models()));
    Files.writeString(Path.of(models()).resolve(name), "half an export");
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "show", "check", "add"})
  void every_command_helps(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString()).contains("Usage: models " + command).contains("--models");
  }

  @Test
  void no_command_names_them() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("give a command: list, show, check, add");
  }

  @Test
  void list_has_a_line_for_each_model_and_the_reasons_of_the_others() throws Exception {
    assertThat(run("add", SHIPPED.resolve("coco/1").toString(), "pets/2", "--models", mkdir()))
        .isZero();
    broken("torn.onnx");

    assertThat(run("list", "--models", models())).isZero();
    assertThat(out.toString())
        .contains("MODEL")
        .containsPattern("pets/2 +object-detection +yolov8 +416x416 +up to 8 +80 +[0-9.]+ MB")
        .contains("not served:")
        .contains("torn/1: torn.onnx is no complete ONNX file");
  }

  @Test
  void show_says_inputs_outputs_and_speed() {
    assertThat(run("show", "coco/1", "--device", "cpu", "--cache", folder.toString())).isZero();
    assertThat(out.toString())
        .containsPattern("model +coco/1")
        .containsPattern("task +object-detection")
        .containsPattern("classes +80: person, bicycle")
        .containsPattern("input +\\S+ float32 \\[")
        .containsPattern("output +\\S+ float32 \\[")
        .containsPattern("speed +[0-9.]+ ms a picture \\([0-9.]+ ms inference\\)");
  }

  @Test
  void check_runs_what_it_can_and_fails_for_the_rest() throws Exception {
    run("add", SHIPPED.resolve("coco/1").toString(), "pets/2", "--models", mkdir());
    broken("torn.onnx");

    assertThat(run("check", "--models", models(), "--device", "cpu", "--cache", folder.toString()))
        .isEqualTo(1);
    assertThat(out.toString())
        .containsPattern("ok +pets/2: [0-9.]+ ms a picture")
        .containsPattern("failed +torn/1: torn.onnx is no complete ONNX file");
  }

  @Test
  void add_refuses_what_is_no_model_or_no_id() throws Exception {
    Path page = Files.writeString(folder.resolve("best.onnx"), "<html>");

    assertThat(run("add", page.toString(), "pets/1", "--models", mkdir())).isEqualTo(1);
    assertThat(err.toString()).contains("cannot be served");
    assertThat(run("add", page.toString(), "pets", "--models", models())).isEqualTo(2);
    assertThat(err.toString()).contains("'pets' is no id: write dataset/version");
    assertThat(run("add", "absent.onnx", "pets/1", "--models", models())).isEqualTo(2);
    assertThat(err.toString()).contains("there is no absent.onnx");
  }

  @Test
  void a_model_that_is_not_there_is_named_with_the_way_to_those_that_are() {
    assertThat(run("show", "nobody/1")).isEqualTo(1);
    assertThat(err.toString())
        .contains("there is no model nobody/1: 'penstock models list' shows those that are there");
  }

  private String mkdir() throws IOException {
    return Files.createDirectories(Path.of(models())).toString();
  }
}

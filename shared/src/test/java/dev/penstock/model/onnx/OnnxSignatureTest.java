package dev.penstock.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxSignatureTest {
  @TempDir private Path folder = Path.of("");

  private OnnxSignature read(byte[] bytes) throws IOException, OnnxFormatException {
    return OnnxSignature.read(Files.write(folder.resolve("model.onnx"), bytes));
  }

  @Test
  void reads_inputs_outputs_and_metadata() throws Exception {
    OnnxSignature signature =
        read(
            new OnnxBuilder()
                .input("images", OnnxBuilder.FLOAT16, "batch", 3, 640, "")
                .output("output0", OnnxBuilder.FLOAT, 1, 84, 8400)
                .output("classes", OnnxBuilder.UINT8, 1)
                .meta("task", "detect")
                .meta("names", "{0: 'Käse'}")
                .bytes());

    assertThat(signature.producer()).isEqualTo("a tool 1.0");
    assertThat(signature.inputs())
        .extracting(TensorSpec::toString)
        .containsExactly("images float16 [batch, 3, 640, ?]");
    assertThat(signature.outputs())
        .extracting(TensorSpec::toString)
        .containsExactly("output0 float32 [1, 84, 8400]", "classes uint8 [1]");
    assertThat(signature.metadata())
        .containsEntry("task", "detect")
        .containsEntry("names", "{0: 'Käse'}");
  }

  @Test
  void sides_that_are_not_fixed_or_not_there_are_negative() {
    var tensor =
        new TensorSpec(
            "t",
            "float32",
            Arrays.asList(new TensorSpec.Dimension(-1, "n"), new TensorSpec.Dimension(7, "")));

    assertThat(tensor.side(0)).isEqualTo(-1);
    assertThat(tensor.side(1)).isEqualTo(7);
    assertThat(tensor.side(-1)).isEqualTo(7);
    assertThat(tensor.side(2)).isEqualTo(-1);
    assertThat(tensor.side(-3)).isEqualTo(-1);
  }

  @Test
  void weights_that_are_listed_as_inputs_are_none() throws Exception {
    OnnxSignature signature =
        read(
            OnnxBuilder.detector()
                .input("conv.weight", OnnxBuilder.FLOAT, 16, 3, 3, 3)
                .initializer("conv.weight", 100_000)
                .bytes());

    assertThat(signature.inputs()).extracting(TensorSpec::name).containsExactly("images");
  }

  @Test
  void skips_half_a_gigabyte_of_weights_without_reading_them() throws Exception {
    Path file = OnnxBuilder.detector().write(folder.resolve("large.onnx"));
    long bytes = 500L << 20;
    try (var out = new RandomAccessFile(file.toFile(), "rw")) {
      out.seek(out.length());
      writeVarint(out, (20 << 3) | 2); // training_info, a sparse hole in the file
      writeVarint(out, bytes);
      out.setLength(out.getFilePointer() + bytes);
    }

    assertThat(Files.size(file)).isGreaterThan(bytes);
    assertThat(OnnxSignature.read(file).outputs())
        .extracting(TensorSpec::toString)
        .containsExactly("output0 float32 [1, 6, 84]");
  }

  private static void writeVarint(RandomAccessFile out, long value) throws IOException {
    long rest = value;
    while (rest > 0x7f) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "<!DOCTYPE html><html></html>", "{\"a\": 1}", "\0\0\0\0", "PK\3\4 zip"})
  void other_files_are_refused(String content) {
    assertThatThrownBy(() -> read(content.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(OnnxFormatException.class)
        .hasMessageMatching("it (has|ends|.*there).*|there is .*");
  }

  @Test
  void a_file_that_was_cut_off_is_refused_wherever_the_cut_is() throws Exception {
    byte[] whole =
        new OnnxBuilder()
            .input("images", OnnxBuilder.FLOAT, 1, 3, 64, 64)
            .initializer("w", 300)
            .output("output0", OnnxBuilder.FLOAT, 1, 6, 84)
            .bytes();
    read(whole);

    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(part)).isInstanceOf(OnnxFormatException.class);
    }
  }

  @Test
  void damaged_files_are_read_or_refused_and_nothing_else() throws Exception {
    byte[] whole = OnnxBuilder.detector().initializer("w", 64).bytes();
    var random = new Random(7);
    int refused = 0;
    for (int round = 0; round < 500; round++) {
      byte[] damaged = whole.clone();
      for (int i = 0; i <= round % 5; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        read(damaged);
      } catch (OnnxFormatException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(20, 480);
  }

  @Test
  void a_note_too_long_to_say_how_to_feed_the_network_is_passed_over() throws Exception {
    var signature = read(OnnxBuilder.detector().meta("history", "x".repeat(6 << 20)).bytes());

    assertThat(signature.metadata()).containsKey("names").doesNotContainKey("history");
  }

  @Test
  void what_is_kept_of_a_file_is_bounded() {
    var notes = OnnxBuilder.detector();
    for (int i = 0; i < 66; i++) {
      notes.meta("note" + i, "x".repeat((1 << 20) - 100));
    }
    assertThatThrownBy(() -> read(notes.bytes()))
        .isInstanceOf(OnnxFormatException.class)
        .hasMessage("it has more than 67108864 bytes of texts");
    var deep =
        OnnxBuilder.detector().output("x", OnnxBuilder.FLOAT, Collections.nCopies(65, 1).toArray());
    assertThatThrownBy(() -> read(deep.bytes()))
        .isInstanceOf(OnnxFormatException.class)
        .hasMessage("a tensor has more than 64 dimensions");
  }
}

package dev.penstock.model.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ExternalTensorsTest {
  @TempDir private Path folder = Path.of("");

  private SortedMap<String, Long> read(byte[] file) throws IOException, OnnxFormatException {
    return ExternalTensors.read(Files.write(folder.resolve("any.onnx"), file));
  }

  private static byte[] tensor(String location) {
    return OnnxBuilder.externalTensor("w", location, null, null);
  }

  @Test
  void tensors_inside_name_no_files() throws Exception {
    assertThat(read(OnnxBuilder.detector().initializer("w", 10).bytes())).isEmpty();
  }

  @Test
  void each_file_is_named_once_with_the_bytes_it_must_have() throws Exception {
    long far = 5L << 30;
    byte[] file =
        OnnxBuilder.detector()
            .external("a", "big.data", "0", "100")
            .external("b", "big.data", Long.toString(far), "8")
            .external("c", "big.data", "100", null)
            .external("d", "other", null, null)
            .bytes();

    assertThat(read(file)).containsOnlyKeys("big.data", "other");
    assertThat(read(file)).containsEntry("big.data", far + 8).containsEntry("other", 0L);
  }

  @Test
  void a_tensor_that_is_inside_after_all_names_no_file() throws Exception {
    byte[] entry = OnnxBuilder.field(1, "location".getBytes(UTF_8));
    byte[] tensor = OnnxBuilder.field(13, join(entry, OnnxBuilder.field(2, "x".getBytes(UTF_8))));

    assertThat(read(OnnxBuilder.detector().graphField(5, tensor).bytes())).isEmpty();
  }

  @Test
  void tensors_are_found_wherever_they_may_stand() throws Exception {
    var builder = OnnxBuilder.detector();
    byte[] constant = OnnxBuilder.field(5, OnnxBuilder.field(5, tensor("constant")));
    byte[] list = OnnxBuilder.field(5, OnnxBuilder.field(10, tensor("list")));
    byte[] sparse = OnnxBuilder.field(1, tensor("sparse"));
    byte[] indices = OnnxBuilder.field(2, tensor("indices"));
    byte[] branch =
        OnnxBuilder.field(
            5,
            OnnxBuilder.field(
                6,
                OnnxBuilder.field(
                    1,
                    OnnxBuilder.field(
                        5,
                        OnnxBuilder.field(11, OnnxBuilder.field(5, tensor("two graphs down")))))));
    builder
        .graphField(1, constant)
        .graphField(1, list)
        .graphField(15, join(sparse, indices))
        .graphField(
            1, OnnxBuilder.field(5, OnnxBuilder.field(22, OnnxBuilder.field(1, tensor("s")))))
        .graphField(1, branch);
    byte[] function = OnnxBuilder.field(25, OnnxBuilder.field(7, constant("in a function")));
    byte[] training =
        OnnxBuilder.field(20, OnnxBuilder.field(2, OnnxBuilder.field(5, tensor("t"))));

    assertThat(read(join(builder.bytes(), function, training)))
        .containsOnlyKeys(
            "constant", "list", "sparse", "indices", "s", "two graphs down", "in a function", "t");
  }

  private static byte[] constant(String location) {
    return OnnxBuilder.field(5, OnnxBuilder.field(5, tensor(location)));
  }

  private static byte[] join(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }

  @Test
  void graphs_inside_of_graphs_end_somewhere() {
    byte[] graph = OnnxBuilder.field(5, tensor("w"));
    for (int i = 0; i < 2_000; i++) {
      graph = OnnxBuilder.field(1, OnnxBuilder.field(5, OnnxBuilder.field(6, graph)));
    }
    byte[] deep = OnnxBuilder.field(7, graph);

    assertThatThrownBy(() -> read(deep))
        .isInstanceOf(OnnxFormatException.class)
        .hasMessage("its graphs are nested more than 32 deep");
  }

  @Test
  void a_million_tensors_are_read_and_as_many_files_are_not() throws Exception {
    var one = new ByteArrayOutputStream();
    byte[] same = OnnxBuilder.field(5, OnnxBuilder.externalTensor("w", "w.data", "16", "4"));
    for (int i = 0; i < 1_000_000; i++) {
      one.writeBytes(same);
    }
    assertThat(read(OnnxBuilder.field(7, one.toByteArray()))).containsOnlyKeys("w.data");

    var many = new ByteArrayOutputStream();
    for (int i = 0; i < 20_000; i++) {
      many.writeBytes(OnnxBuilder.field(5, tensor("file" + i)));
    }
    assertThatThrownBy(() -> read(OnnxBuilder.field(7, many.toByteArray())))
        .isInstanceOf(OnnxFormatException.class)
        .hasMessage("its tensors lie in more than 10000 files");
  }

  @Test
  void what_is_no_place_in_a_file_is_refused() {
    for (String odd : new String[] {"-1", "", "1e3", "0x10", "9".repeat(30), "１"}) {
      assertThatThrownBy(() -> read(OnnxBuilder.detector().external("w", "f", odd, "1").bytes()))
          .as(odd)
          .isInstanceOf(OnnxFormatException.class)
          .hasMessage("the offset of a tensor is no number of bytes");
    }
    assertThatThrownBy(() -> read(OnnxBuilder.detector().external("w", "", null, null).bytes()))
        .hasMessage("a tensor lies in another file whose name is missing");
    assertThatThrownBy(
            () -> read(OnnxBuilder.detector().external("w", "x".repeat(5_000), null, null).bytes()))
        .hasMessage("the name of a file of tensors is too long");
  }
}

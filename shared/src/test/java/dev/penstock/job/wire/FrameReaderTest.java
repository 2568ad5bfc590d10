package dev.penstock.job.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.job.Samples;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

final class FrameReaderTest {
  @RepeatedTest(50)
  void a_frame_is_the_same_wherever_it_was_cut_on_its_way(RepetitionInfo seed) {
    var random = new Random(seed.getCurrentRepetition());
    var samples = new Samples(seed.getCurrentRepetition());
    var sent =
        new Frame(
            new JsonObject().put("a", "b"),
            List.of(samples.blob(), new byte[0], samples.blob(), new byte[0]));
    Buffer wire = sent.toBuffer().appendString("a later version");
    var reader = new FrameReader(1 << 20);

    for (int at = 0; at < wire.length(); ) {
      int end = Math.min(wire.length(), at + random.nextInt(1 + wire.length() / 4));
      reader.add(wire.getBuffer(at, end));
      at = end;
    }

    assertThat(reader.frame().head().getString("a")).isEqualTo("b");
    assertThat(reader.frame().parts()).containsExactlyElementsOf(sent.parts());
  }

  @Test
  void a_head_of_negative_length_is_no_frame() {
    var reader = new FrameReader(1 << 20);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> reader.add(Buffer.buffer().appendInt(-1)));
  }
}

package dev.penstock.job.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.job.Samples;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameTest {
  @RepeatedTest(20)
  void head_and_parts_come_back_as_they_were_sent(RepetitionInfo seed) {
    var samples = new Samples(seed.getCurrentRepetition());
    var sent =
        new Frame(
            new JsonObject().put("a", 1), List.of(samples.blob(), new byte[0], samples.blob()));

    Frame read = Frame.parse(sent.toBuffer());

    assertThat(read.head().getInteger("a")).isEqualTo(1);
    assertThat(read.parts()).containsExactlyElementsOf(sent.parts());
  }

  @Test
  void bytes_after_the_last_part_are_ignored() {
    Buffer buffer = new Frame(new JsonObject(), List.of(new byte[] {1, 2})).toBuffer();

    assertThat(Frame.parse(buffer.appendString("a later version")).parts())
        .containsExactly(new byte[] {1, 2});
  }

  @Test
  void a_frame_that_was_cut_off_is_refused_wherever_it_was_cut() {
    Buffer whole =
        new Frame(new JsonObject().put("a", "b"), List.of(new byte[9], new byte[3])).toBuffer();
    for (int length = 0; length < whole.length(); length++) {
      Buffer cut = whole.getBuffer(0, length);
      assertThatIllegalArgumentException()
          .describedAs("%d bytes", length)
          .isThrownBy(() -> Frame.parse(cut));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "{}",
        "{",
        "{\"parts\":[-1]}",
        "{\"parts\":[\"1\"]}",
        "{\"parts\":[5]}",
        "{\"parts\":{}}",
        "{\"parts\":[null]}",
        "{\"parts\":[2147483647]}"
      })
  void a_head_that_describes_no_parts_is_refused(String head) {
    Buffer buffer = Buffer.buffer().appendInt(head.length()).appendString(head);

    assertThatIllegalArgumentException().isThrownBy(() -> Frame.parse(buffer));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 20})
  void a_head_longer_than_the_frame_is_refused(int length) {
    Buffer buffer = Buffer.buffer().appendInt(length).appendString("{\"parts\":[]}");

    assertThatIllegalArgumentException().isThrownBy(() -> Frame.parse(buffer));
  }
}

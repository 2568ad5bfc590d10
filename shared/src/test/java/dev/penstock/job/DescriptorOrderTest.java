package dev.penstock.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

final class DescriptorOrderTest {
  private final DescriptorOrder order = new DescriptorOrder();

  @Test
  void the_smallest_tag_comes_first_then_the_order_of_admission() {
    List<byte[]> expected =
        List.of(job("b", 9, -3), job("b", 2, 0), job("a", 3, 0), job("a", 1, 4), job("a", 300, 4));
    var shuffled = new ArrayList<>(expected);
    Collections.shuffle(shuffled, new Random(1));

    assertThat(shuffled.stream().sorted(order)).containsExactlyElementsOf(expected);
  }

  @RepeatedTest(100)
  void is_a_total_order_consistent_with_equality_of_bytes(RepetitionInfo seed) {
    var random = new Random(seed.getCurrentRepetition());
    byte[] one = anyOf(random);
    byte[] two = anyOf(random);
    byte[] three = anyOf(random);

    assertThat(order.compare(one, two) == 0).isEqualTo(Arrays.equals(one, two));
    assertThat(Integer.signum(order.compare(one, two)))
        .isEqualTo(-Integer.signum(order.compare(two, one)));
    if (order.compare(one, two) <= 0 && order.compare(two, three) <= 0) {
      assertThat(order.compare(one, three)).isNotPositive();
    }
  }

  /** From a small set, so that ties occur. */
  private static byte[] anyOf(Random random) {
    return job(random.nextBoolean() ? "a" : "b", 1 + random.nextInt(2), random.nextInt(3) - 1);
  }

  private static byte[] job(String incarnation, long sequence, long tag) {
    return new JobDescriptor(new JobId(incarnation, sequence), "m/1", "d", tag).toBytes();
  }
}

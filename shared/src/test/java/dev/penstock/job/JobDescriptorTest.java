package dev.penstock.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

final class JobDescriptorTest {
  private static final JobDescriptor JOB =
      new JobDescriptor(new JobId("router", 7), "coco/1", "abc", 5, 25);

  @RepeatedTest(50)
  void survives_the_queue(RepetitionInfo seed) {
    JobDescriptor job = new Samples(seed.getCurrentRepetition()).descriptor();

    assertThat(JobDescriptor.fromBytes(job.toBytes())).isEqualTo(job);
  }

  @RepeatedTest(20)
  void equal_descriptors_have_equal_bytes_so_that_they_can_be_removed(RepetitionInfo seed) {
    JobDescriptor one = new Samples(seed.getCurrentRepetition()).descriptor();
    JobDescriptor same = new Samples(seed.getCurrentRepetition()).descriptor();

    assertThat(one.toBytes()).isEqualTo(same.toBytes());
  }

  @Test
  void fields_that_a_later_version_appends_are_ignored() {
    byte[] bytes = JOB.toBytes();
    byte[] later = Arrays.copyOf(bytes, bytes.length + 40);
    later[0] = JobDescriptor.VERSION + 1;

    assertThat(JobDescriptor.fromBytes(later)).isEqualTo(JOB);
  }

  /** A router of the form before does not say what a job costs. */
  @Test
  void the_form_without_a_finish_tag_is_read_and_can_be_removed_again() {
    byte[] bytes = JOB.toBytes();
    byte[] before = Arrays.copyOf(bytes, bytes.length - Long.BYTES);

    JobDescriptor read = JobDescriptor.fromBytes(before);

    assertThat(read).isEqualTo(new JobDescriptor(JOB.id(), JOB.model(), JOB.digest(), JOB.tag()));
    assertThat(read.toBytes()).isEqualTo(before);
  }

  @Test
  void any_beginning_of_a_descriptor_is_refused() {
    byte[] bytes = JOB.toBytes();
    int formBefore = bytes.length - Long.BYTES;
    for (int length = 0; length < bytes.length; length++) {
      if (length == formBefore) {
        continue;
      }
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatIllegalArgumentException()
          .describedAs("%d bytes", length)
          .isThrownBy(() -> JobDescriptor.fromBytes(cut));
    }
  }

  @RepeatedTest(50)
  void garbage_is_refused_or_read_but_never_breaks_the_reader(RepetitionInfo seed) {
    byte[] garbage = new Samples(seed.getCurrentRepetition()).blob();
    if (garbage.length > 0) {
      garbage[0] = 0;
    }

    assertThatIllegalArgumentException().isThrownBy(() -> JobDescriptor.fromBytes(garbage));
  }
}

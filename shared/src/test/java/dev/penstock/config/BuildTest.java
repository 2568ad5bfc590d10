package dev.penstock.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
import org.junit.jupiter.api.Test;

final class BuildTest {
  @Test
  void says_what_the_build_wrote_down() {
    var properties = new Properties();
    properties.setProperty("version", "1.2.3");
    properties.setProperty("commit", "98cc0ef12ab3");
    properties.setProperty("flavour", "gpu");
    properties.setProperty("onnxruntime", "1.29.0");

    Build build = Build.of(properties);

    assertThat(build.isForGpus()).isTrue();
    assertThat(build.words())
        .isEqualTo("version 1.2.3 commit 98cc0ef12ab3 build gpu onnxruntime 1.29.0");
    assertThat(build.sentence())
        .isEqualTo("1.2.3 (commit 98cc0ef12ab3, gpu build, ONNX Runtime 1.29.0)");
  }

  @Test
  void what_the_build_did_not_find_out_is_unknown() {
    var properties = new Properties();
    properties.setProperty("commit", "${penstock.commit}");

    Build build = Build.of(properties);

    assertThat(build.commit()).isEqualTo("unknown");
    assertThat(build.flavour()).isEqualTo("unknown");
    assertThat(build.isForGpus()).isFalse();
  }
}

package dev.penstock.worker.engine.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class NativeEnvironmentTest {
  private static final String NAME = "PENSTOCK_TEST_VARIABLE";

  @Test
  void variables_are_set_replaced_and_kept_beside_all_others() {
    NativeEnvironment.set(NAME, "one");
    NativeEnvironment.set(NAME + "_2", "größer = 1");
    NativeEnvironment.set(NAME, "two");

    assertThat(NativeEnvironment.get(NAME)).isEqualTo("two");
    assertThat(NativeEnvironment.get(NAME + "_2")).isEqualTo("größer = 1");
    for (Map.Entry<String, String> variable : System.getenv().entrySet()) {
      assertThat(NativeEnvironment.get(variable.getKey()))
          .as(variable.getKey())
          .isEqualTo(variable.getValue());
    }
  }

  @Test
  void a_default_leaves_what_is_set() {
    NativeEnvironment.set(NAME + "_3", "");
    NativeEnvironment.setDefault(NAME + "_3", "default");
    NativeEnvironment.setDefault(NAME + "_4", "default");

    assertThat(NativeEnvironment.get(NAME + "_3")).isEmpty();
    assertThat(NativeEnvironment.get(NAME + "_4")).isEqualTo("default");
    assertThat(NativeEnvironment.get(NAME + "_5")).isNull();
  }
}

package dev.penstock.router.admission.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyHashTest {
  @Test
  void is_what_sha256sum_prints() {
    assertThat(KeyHash.of("abc"))
        .hasToString("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void is_read_as_it_is_written_in_either_case() {
    KeyHash hash = KeyHash.of("ключ");
    assertThat(KeyHash.parse(hash.toString())).isEqualTo(hash).hasSameHashCodeAs(hash);
    String upper = "sha256:" + hash.toString().substring(7).toUpperCase(java.util.Locale.ROOT);
    assertThat(KeyHash.parse(upper)).isEqualTo(hash);
    assertThat(hash).isNotEqualTo(KeyHash.of("ключ "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sha256:", "ba7816bf", "md5:00", "sha256:zz"})
  void other_texts_are_none(String text) {
    assertThat(KeyHash.isOne(text)).isFalse();
  }

  @Test
  void new_keys_are_long_random_and_fit_into_urls_and_headers() {
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      keys.add(NewKey.create());
    }
    assertThat(keys).hasSize(1000).allMatch(key -> key.matches("penstock_[A-Za-z0-9_-]{43}"));
  }
}

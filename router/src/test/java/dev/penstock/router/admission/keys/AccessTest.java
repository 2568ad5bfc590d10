package dev.penstock.router.admission.keys;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.router.admission.Caller;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class AccessTest {
  private final AtomicLong now = new AtomicLong();

  @Test
  void without_a_file_every_key_is_a_caller_of_its_own_and_may_do_everything() {
    Access open = Access.open();
    Grant one = grant(open, "one");

    assertThat(one.caller()).isEqualTo(grant(open, "one").caller());
    assertThat(one.caller()).isNotEqualTo(grant(open, "two").caller());
    assertThat(one.caller().weight()).isEqualTo(1);
    assertThat(one.caller().id()).hasSize(32).doesNotContain("one");
    assertThat(one.admin()).isTrue();
    assertThat(one.models().all()).isTrue();
    assertThat(one.quota().take(1_000_000)).isZero();
    assertThat(one.name()).isEmpty();
  }

  @Test
  void without_a_file_nobody_is_somebody_too() {
    assertThat(requireNonNull(Access.open().of(null)).caller()).isEqualTo(Caller.ANONYMOUS);
  }

  @Test
  void what_stands_for_a_key_means_nothing_in_another_process() {
    assertThat(grant(Access.open(), "one").caller())
        .isNotEqualTo(grant(Access.open(), "one").caller());
  }

  @Test
  void an_endless_key_is_no_more_work_than_a_long_one() {
    Access open = Access.open();
    String head = "k".repeat(512);
    assertThat(grant(open, head + "a".repeat(1_000_000)).caller())
        .isEqualTo(grant(open, head).caller());
  }

  @Test
  void with_a_file_only_its_keys_may_do_what_it_says() {
    Access access =
        KeyFixtures.access(
            "shop: {hash: <the key>, weight: 3, models: coco/*}\nops: {hash: <other>, admin: true}",
            now::get);

    assertThat(access.of(null)).isNull();
    assertThat(access.of("")).isNull();
    assertThat(access.of("the kex")).isNull();
    assertThat(access.of(KeyHash.of("the key").toString())).as("a stolen file").isNull();
    assertThat(access.of("the key" + "x".repeat(1_000_000))).isNull();
    Grant shop = grant(access, "the key");
    assertThat(shop.name()).isEqualTo("shop");
    assertThat(shop.caller()).isEqualTo(new Caller("shop", 3));
    assertThat(shop.admin()).isFalse();
    assertThat(shop.models().allow("parts/1")).isFalse();
    assertThat(grant(access, "other").admin()).isTrue();
  }

  @Test
  void a_new_file_forgets_keys_and_keeps_what_was_used_of_a_limit() {
    var access =
        new KeyedAccess(parse("a: {hash: <1>, rate: 1 requests/s}\nb: {hash: <2>}"), now::get);
    assertThat(grant(access, "1").quota().take(1)).isZero();

    access.replace(parse("a: {hash: <1>, rate: 1 requests/s, weight: 2}"));

    assertThat(access.of("2")).isNull();
    assertThat(grant(access, "1").caller().weight()).isEqualTo(2);
    assertThat(grant(access, "1").quota().take(1)).isPositive();

    access.replace(parse("a: {hash: <3>, rate: 1 requests/s, burst: 2}"));

    assertThat(access.of("1")).isNull();
    assertThat(grant(access, "3").quota().take(2)).isZero();
  }

  private static Grant grant(Access access, String key) {
    return requireNonNull(access.of(key));
  }

  private static List<ApiKey> parse(String yaml) {
    return KeyFileParser.parse("keys.yaml", KeyFixtures.hashed(yaml));
  }
}

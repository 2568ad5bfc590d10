package dev.penstock.router.admission.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RateLimitTest {
  @ParameterizedTest
  @CsvSource({
    "50 images/s, 50, IMAGES, 50",
    "1 image/s, 1, IMAGES, 1",
    "0.5 requests/s, 0.5, REQUESTS, 1",
    "2.5 requests/s, 2.5, REQUESTS, 3",
    "10requests/s, 10, REQUESTS, 10",
    "1000000 images/s, 1000000, IMAGES, 1000000"
  })
  void without_a_burst_a_second_comes_at_once(
      String rate, double perSecond, RateLimit.Unit unit, int burst) {
    assertThat(RateLimit.parse(rate, null)).isEqualTo(new RateLimit(perSecond, unit, burst));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fast",
        "10",
        "10/s",
        "10 images",
        "10 images/min",
        "-1 images/s",
        "0 images/s",
        "0.0001 images/s",
        "1000001 images/s",
        "1e3 images/s",
        "10 frames/s",
        "10 images/s x"
      })
  void what_is_no_rate_is_told_how_one_looks(String rate) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RateLimit.parse(rate, 1))
        .withMessage("write a rate from 0.001 to 1000000 as '50 images/s' or '10 requests/s'");
  }

  @Test
  void is_told_to_clients_in_words() {
    assertThat(RateLimit.parse("50 images/s", 100))
        .hasToString("50 images per second, at most 100 at once");
    assertThat(RateLimit.parse("0.5 requests/s", null))
        .hasToString("0.5 requests per second, at most 1 at once");
  }

  @Test
  void a_request_costs_its_images_only_where_images_are_counted() {
    Quota images = Quota.of(RateLimit.parse("1 images/s", 3), () -> 0);
    Quota requests = Quota.of(RateLimit.parse("1 requests/s", 3), () -> 0);

    assertThat(images.fits(4)).isFalse();
    assertThat(images.take(3)).isZero();
    assertThat(images.take(1)).isEqualTo(1_000_000_000L);
    assertThat(requests.fits(4)).isTrue();
    assertThat(requests.take(40)).isZero();
    assertThat(requests.take(40)).isZero();
    assertThat(requests.waitNanos()).isZero();
    assertThat(requests.take(1)).isZero();
    assertThat(requests.waitNanos()).isEqualTo(1_000_000_000L);
    assertThat(Quota.UNLIMITED.fits(Integer.MAX_VALUE)).isTrue();
    assertThat(Quota.UNLIMITED.take(Integer.MAX_VALUE)).isZero();
  }
}

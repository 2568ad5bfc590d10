package dev.penstock.router.api.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.config.RouterConfig.ImageUrls;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageUrlTest {
  private static final ImageUrls STRICT = new ImageUrls(true, false, false, Duration.ofSeconds(1));
  private static final ImageUrls OPEN = new ImageUrls(true, true, true, Duration.ofSeconds(1));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://images.example.org/a.jpg",
        "HTTPS://Images.Example.ORG:8443/a.jpg?x=1",
        "https://a-b.c.example.co.uk/",
        "https://example.org./a.jpg",
        "https://xn--bcher-kva.example/a.jpg"
      })
  void takes_qualified_names_over_https(String url) {
    assertThat(ImageUrl.of(url, STRICT).secure()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://localhost/a.jpg",
        "https://intranet/a.jpg",
        "https://127.0.0.1/a.jpg",
        "https://127.1/a.jpg",
        "https://2130706433/a.jpg",
        "https://0x7f.0.0.1/a.jpg",
        "https://[::1]/a.jpg",
        "https://[::ffff:127.0.0.1]/a.jpg"
      })
  void refuses_addresses_and_unqualified_names(String url) {
    assertThatThrownBy(() -> ImageUrl.of(url, STRICT)).hasMessageContaining("400");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://images.example.org/a.jpg",
        "ftp://images.example.org/a.jpg",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "images.example.org/a.jpg",
        ""
      })
  void refuses_everything_but_https(String url) {
    assertThatThrownBy(() -> ImageUrl.of(url, STRICT)).hasMessageContaining("non https:// URL");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://images.example.org\\@10.0.0.1/a.jpg",
        "https://user:secret@images.example.org/a.jpg",
        "https:///a.jpg",
        "https://images.example.org/%zz",
        "https://[::1/a.jpg"
      })
  void refuses_what_can_be_read_in_two_ways(String url) {
    assertThatThrownBy(() -> ImageUrl.of(url, STRICT))
        .hasMessageContaining("Provided image URL is invalid");
  }

  @Test
  void can_be_switched_off() {
    var off = new ImageUrls(false, true, true, Duration.ofSeconds(1));
    assertThatThrownBy(() -> ImageUrl.of("https://images.example.org/a", off))
        .hasMessageContaining("Providing images via URL is not supported");
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.org, 443, /",
    "http://example.org?a=b, 80, /?a=b",
    "http://localhost:8080/a b/ü?q=%20, 8080, /a%20b/%C3%BC?q=%20",
    "http://[::1]:81/a, 81, /a",
  })
  void knows_what_to_ask_for(String url, int port, String target) {
    ImageUrl parsed = ImageUrl.of(url, OPEN);
    assertThat(parsed.port()).isEqualTo(port);
    assertThat(parsed.target()).isEqualTo(target);
  }

  @Test
  void resolves_redirects_and_checks_them() {
    ImageUrl url = ImageUrl.of("https://images.example.org/a/b.jpg", STRICT);
    assertThat(url.redirected("../c.jpg", STRICT).uri())
        .hasToString("https://images.example.org/c.jpg");
    assertThatThrownBy(() -> url.redirected("http://images.example.org/", STRICT))
        .hasMessageContaining("non https");
    assertThatThrownBy(() -> url.redirected("//10.0.0.1/", STRICT)).hasMessageContaining("FQDN");
  }

  @Test
  void refuses_what_is_too_long_for_a_url_before_looking_at_it() {
    String start = "https://images.example.org/";
    String longest = start + "ü".repeat(8 * 1024 - start.length());
    assertThat(ImageUrl.of(longest, STRICT).target()).endsWith("%C3%BC");
    assertThatThrownBy(() -> ImageUrl.of(longest + "a", STRICT))
        .hasMessageContaining("The image URL has 8193 characters, the limit is 8192");
    ImageUrl url = ImageUrl.of(start, STRICT);
    assertThatThrownBy(() -> url.redirected("/" + "a".repeat(8 * 1024), STRICT))
        .hasMessageContaining("the limit is 8192");
  }

  @Test
  void refuses_names_longer_than_any_that_can_be_looked_up() {
    assertThat(ImageUrl.of("https://" + "a.".repeat(125) + "org/", STRICT).port()).isEqualTo(443);
    assertThatThrownBy(() -> ImageUrl.of("https://" + "a.".repeat(2_000) + "org/", STRICT))
        .hasMessageContaining("Provided image URL is invalid");
  }
}

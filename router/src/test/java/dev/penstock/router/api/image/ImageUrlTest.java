package dev.penstock.router.api.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.config.RouterConfig.ImageUrls;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
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
        "https://xn--bcher-kva.example/a.jpg",
        "https://bücher.example/a.jpg",
        "https://BÜCHER.example/a.jpg",
        "https://images。example。org/a.jpg",
        "https://my_bucket.images.example.org/a.jpg",
        "https://_x.example.org/a.jpg",
        "https://3com.example.4u/a.jpg",
        "https://user:secret@images.example.org/a.jpg",
        "https://a@b@images.example.org:443/a.jpg",
        " \n https://images.example.org:/a.jpg#top \t"
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
        "https://[::ffff:127.0.0.1]/a.jpg",
        "https://[::FFFF:7f00:1]/a.jpg",
        "https://[64:ff9b::7f00:1]/a.jpg",
        "https://[fe80::1%25eth0]/a.jpg",
        "https://[fe80::1%eth0]/a.jpg",
        "https://[2606:4700::1111]/a.jpg",
        "https://8.8.8.8/a.jpg",
        "https://0/a.jpg",
        "https://0x7f.1/a.jpg",
        "https://0x7f.0x1/a.jpg",
        "https://0x7f000001/a.jpg",
        "https://0177.0.0.1/a.jpg",
        "https://127.0.0.1./a.jpg",
        "https://１２７.0.0.1/a.jpg",
        "https://127。0。0。1/a.jpg",
        "https://localhost./a.jpg",
        "https://LOCALHOST/a.jpg",
        "https://user@localhost/a.jpg",
        "https://images.example.org@127.0.0.1/a.jpg"
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
        "https:///a.jpg",
        "https:images.example.org/a.jpg",
        "https://[::1/a.jpg",
        "https://[::1]x/a.jpg",
        "https://[127.0.0.1]/a.jpg",
        "https://[::1]:80:80/a.jpg",
        "https://images.example.org:0/a.jpg",
        "https://images.example.org:65536/a.jpg",
        "https://images.example.org:+80/a.jpg",
        "https://images.example.org:http/a.jpg",
        "https://images..example.org/a.jpg",
        "https://.example.org/a.jpg",
        "https://images.example.org%2f.evil.example/a.jpg",
        "https://images.exam ple.org/a.jpg",
        "https://images.example.org\r\nX-A: b/a.jpg",
        "https://images.example.org\u0000/a.jpg",
        "https://@/a.jpg"
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
    "HTTP://LOCALHOST:/a, 80, /a",
    "https://example.org#top, 443, /",
    "http://example.org/a?b#c?d, 80, /a?b",
    "http://example.org/50%/100%25/%zz/%, 80, /50%25/100%25/%25zz/%25",
    "http://example.org/a|b[1]{2}^`\"<>\\.jpg?q=[x|y]&ü=ß, 80, /a%7Cb%5B1%5D%7B2%7D%5E%60%22%3C%3E%5C.jpg?q=%5Bx%7Cy%5D&%C3%BC=%C3%9F",
    "http://example.org/a/../b/./c/.., 80, /b/",
    "http://example.org/../../etc/passwd, 80, /etc/passwd",
    "http://example.org/a//b/?../c, 80, /a//b/?../c",
    "http://example.org?../c, 80, /?../c",
    "http://example.org/a:b@c;d=e, 80, /a:b@c;d=e",
    "http://example.org/😀, 80, /%F0%9F%98%80",
  })
  void knows_what_to_ask_for(String url, int port, String target) {
    ImageUrl parsed = ImageUrl.of(url, OPEN);
    assertThat(parsed.port()).isEqualTo(port);
    assertThat(parsed.target()).isEqualTo(target);
  }

  @Test
  void resolves_redirects_and_checks_them() {
    ImageUrl url = ImageUrl.of("https://images.example.org/a/b.jpg", STRICT);
    assertThat(url.redirected("../c.jpg", STRICT).target()).isEqualTo("/c.jpg");
    assertThat(url.redirected("c d.jpg?e", STRICT).target()).isEqualTo("/a/c%20d.jpg?e");
    assertThat(url.redirected("?e=f", STRICT).target()).isEqualTo("/a/b.jpg?e=f");
    assertThat(url.redirected("#top", STRICT).target()).isEqualTo("/a/b.jpg");
    assertThat(url.redirected("//b.example.org", STRICT).host().shown()).isEqualTo("b.example.org");
    assertThat(url.redirected("/\u00c3\u00bc", STRICT).target())
        .as("UTF-8, as headers are read")
        .isEqualTo("/%C3%BC");
    assertThatThrownBy(() -> url.redirected("http://images.example.org/", STRICT))
        .hasMessageContaining("non https");
    for (String inward : List.of("//10.0.0.1/", "//[::1]/", "https://0x7f.1", "//2130706433")) {
      assertThatThrownBy(() -> url.redirected(inward, STRICT)).hasMessageContaining("FQDN");
    }
    assertThatThrownBy(() -> url.redirected("//a.example.org\\@10.0.0.1/", STRICT))
        .hasMessageContaining("Provided image URL is invalid");
  }

  @ParameterizedTest
  @CsvSource({
    "https://user:secret@images.example.org/, user:secret",
    "https://user@images.example.org/, user:",
    "https://a%40b:c%3Ad:e+%2B@images.example.org/, a@b:c:d:e++",
    "https://100%:ü@images.example.org/, 100%:ü",
  })
  void whoever_stands_in_the_url_asks(String url, String pair) {
    String expected = Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    assertThat(ImageUrl.of(url, STRICT).authorization()).isEqualTo("Basic " + expected);
  }

  @Test
  void only_the_server_that_was_asked_is_told_who_asks() {
    ImageUrl url = ImageUrl.of("https://user:secret@images.example.org/a", STRICT);
    for (String same :
        List.of("/b", "https://images.example.org/b", "//IMAGES.example.org:443/b", "?c")) {
      assertThat(url.redirected(same, STRICT).authorization()).as(same).isNotNull();
    }
    for (String other :
        List.of(
            "https://b.example.org/b",
            "https://images.example.org:8443/b",
            "http://images.example.org:443/b")) {
      assertThat(url.redirected(other, OPEN).authorization()).as(other).isNull();
    }
    assertThat(ImageUrl.of("https://images.example.org/", STRICT).authorization()).isNull();
  }

  @Test
  void names_and_addresses_are_told_to_servers_as_they_are_known_there() {
    assertThat(ImageUrl.of("https://Bücher.example./", STRICT).host())
        .isEqualTo(new UrlHost("xn--bcher-kva.example.", "xn--bcher-kva.example"));
    assertThat(ImageUrl.of("http://[FE80::1%25eth0]:81/", OPEN).host())
        .isEqualTo(new UrlHost("fe80::1%eth0", "[fe80::1]"));
    assertThat(ImageUrl.of("http://[::ffff:10.0.0.1]/", OPEN).host().lookup())
        .isEqualTo("::ffff:10.0.0.1");
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

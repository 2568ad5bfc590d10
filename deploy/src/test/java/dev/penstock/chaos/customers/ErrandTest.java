package dev.penstock.chaos.customers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.chaos.fleet.Excuses;
import dev.penstock.it.kit.Answer;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The judge of the chaos run, which must find what must not be. */
final class ErrandTest {
  private static final Errand.Limits LIMITS =
      new Errand.Limits(Duration.ofSeconds(10), Duration.ofSeconds(2));

  private final Excuses excuses = new Excuses(Ticker.SYSTEM);
  private final BitSet answered = new BitSet();
  private final Errand errand = errand(7);

  private static Errand errand(long number) {
    return new Errand(number, "replaced/1", false, LIMITS);
  }

  @Test
  void its_own_answer_is_well() {
    assertThat(judged(errand, answer(200, 7, 7))).isEqualTo(Ending.ANSWERED);
    assertThat(answered.get(7)).isTrue();
  }

  @Test
  void an_answer_about_another_image_is_wrong() {
    assertThat(judged(errand, answer(200, 7, 8))).isEqualTo(Ending.WRONG);
  }

  @Test
  void an_answer_with_classes_of_two_packages_is_wrong() {
    assertThat(judged(errand, answer(200, 7, 7, "package1 red", "package2 blue")))
        .isEqualTo(Ending.WRONG);
  }

  @Test
  void the_answer_to_another_request_is_wrong_and_a_second_one_to_it_is_a_duplicate() {
    assertThat(judged(errand, answer(200, 3, 3))).isEqualTo(Ending.WRONG);
    judged(errand(3), answer(200, 3, 3));
    assertThat(judged(errand, answer(200, 3, 3))).isEqualTo(Ending.DUPLICATED);
  }

  @ParameterizedTest
  @CsvSource({
    "503, 1, REFUSED",
    "429, 30, REFUSED",
    "503, 0, WRONG",
    "503, , WRONG",
    "500, , WRONG"
  })
  void a_refusal_says_when_to_try_again(int status, String retryAfter, Ending ending) {
    Map<String, List<String>> headers = headers(7);
    if (retryAfter != null) {
      headers.put("Retry-After", List.of(retryAfter));
    }
    assertThat(judged(errand, answer(status, headers, "{\"message\":\"no\"}", Duration.ZERO)))
        .isEqualTo(ending);
  }

  @ParameterizedTest
  @CsvSource({"3, WRONG", "10, EXPIRED", "11, EXPIRED"})
  void the_time_is_over_when_it_is_over(int seconds, Ending ending) {
    var answer = answer(504, headers(7), "{}", Duration.ofSeconds(seconds));
    assertThat(judged(errand, answer)).isEqualTo(ending);
  }

  @Test
  void an_answer_long_after_the_limit_is_late_unless_a_router_stood_still() {
    var hasty =
        new Errand(
            7,
            "replaced/1",
            false,
            new Errand.Limits(Duration.ofSeconds(-3), Duration.ofSeconds(-3)));
    assertThat(judged(hasty, answer(200, 7, 7))).isEqualTo(Ending.LATE);
    excuses.begin(Excuses.Cause.ROUTER_STOOD_STILL);
    assertThat(judged(hasty, answer(200, 7, 7))).isEqualTo(Ending.BEHIND_STOPPED_ROUTER);
  }

  @Test
  void some_have_less_time_and_say_so() {
    var hurried = errand(507);
    assertThat(hurried.headers()).containsEntry("X-Request-Timeout", "2");
    assertThat(errand.headers()).doesNotContainKey("X-Request-Timeout");
    assertThat(errand(12).headers())
        .describedAs("not before the client is warm")
        .doesNotContainKey("X-Request-Timeout");
    assertThat(judged(hurried, answer(504, headers(507), "{}", Duration.ofSeconds(2))))
        .isEqualTo(Ending.EXPIRED);
  }

  @Test
  void a_broken_connection_is_a_loss_unless_a_router_died() {
    var broken = new CompletionException(new IOException("connection reset"));
    assertThat(errand.judge(broken, excuses).ending()).isEqualTo(Ending.LOST);
    Excuses.Excuse leaving = excuses.begin(Excuses.Cause.ROUTER_LEAVES);
    assertThat(errand.judge(broken, excuses).ending()).isEqualTo(Ending.UNREAD);
    excuses.end(leaving, Duration.ZERO);
    Excuses.Excuse death = excuses.begin(Excuses.Cause.ROUTER_DIED);
    assertThat(errand.judge(broken, excuses).ending()).isEqualTo(Ending.BROKEN);
    excuses.end(death, Duration.ZERO);
    assertThat(errand(8).judge(broken, excuses).ending()).isEqualTo(Ending.LOST);
  }

  @Test
  void no_answer_at_all_is_a_hang_and_times_that_do_not_add_up_are_wrong() {
    assertThat(errand.judge(new HttpTimeoutException("60 s"), excuses).ending())
        .isEqualTo(Ending.HUNG);
    assertThat(errand.judge(new AssertionError("2 ms too much"), excuses).ending())
        .isEqualTo(Ending.WRONG);
  }

  @Test
  void only_a_request_that_kills_workers_is_quarantined() {
    String body = "{\"message\":\"2 workers died while they ran this request: errand-7\"}";
    var answer = answer(500, headers(7), body, Duration.ofSeconds(1));
    assertThat(judged(errand, answer)).isEqualTo(Ending.WRONG);
    assertThat(judged(new Errand(7, "replaced/1", true, LIMITS), answer))
        .isEqualTo(Ending.QUARANTINED);
  }

  private Ending judged(Errand judge, Answer answer) {
    return judge.judge(answer, excuses, answered).ending();
  }

  private static Map<String, List<String>> headers(long number) {
    return new HashMap<>(Map.of("X-Request-ID", List.of("errand-" + number)));
  }

  private static Answer answer(int status, long number, long image, String... classes) {
    var size = NumberedImage.of(image);
    var predictions = new JsonArray();
    for (String name : classes) {
      predictions.add(new JsonObject().put("class", name));
    }
    String body =
        new JsonObject()
            .put("image", new JsonObject().put("width", size.width()).put("height", size.height()))
            .put("predictions", predictions)
            .encode();
    return answer(status, headers(number), body, Duration.ofMillis(50));
  }

  private static Answer answer(
      int status, Map<String, List<String>> headers, String body, Duration elapsed) {
    return new Answer(status, HttpHeaders.of(headers, (name, value) -> true), body, elapsed);
  }
}

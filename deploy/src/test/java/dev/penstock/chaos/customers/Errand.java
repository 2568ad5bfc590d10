package dev.penstock.chaos.customers;

import dev.penstock.chaos.fleet.Excuses;
import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Client;
import dev.penstock.telemetry.Ticker;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** One request and what must be true of its answer. */
final class Errand {
  /** What an answer may take beyond the time limit, on a machine whose cores are all busy. */
  private static final Duration SLACK = Duration.ofSeconds(2);

  /** What a simulated device crashes on. */
  static final String KILLER = "killer";

  private static final String NO_IMAGE = "bm8gaW1hZ2U=";
  static final String PREFIX = "errand-";

  /** One of so many asks for the model that is replaced now and then. */
  private static final int REPLACED_EVERY = 5;

  /** One of so many has less time than the others. */
  private static final int HURRIED_EVERY = 11;

  /** Before that the client itself is not warm: by its own clock, answers take seconds. */
  private static final int HURRIED_FROM = 500;

  /** One of so many sends something that is no image. */
  private static final int UNREADABLE_EVERY = 97;

  private final long number;
  private final String replaced;
  private final boolean kills;
  private final Duration limit;
  private final boolean says;
  private final long sentNanos = Ticker.SYSTEM.nanos();

  /**
   * @param number from 0, never twice
   * @param replaced a model whose package is replaced now and then
   * @param kills whether the image ends the process of a simulated device
   * @param limits what it may take
   */
  Errand(long number, String replaced, boolean kills, Limits limits) {
    this.number = number;
    this.replaced = replaced;
    this.kills = kills;
    this.says =
        number >= HURRIED_FROM
            && number % HURRIED_EVERY == 1
            && !limits.hurried.equals(limits.usual);
    this.limit = says ? limits.hurried : limits.usual;
  }

  /**
   * @param usual when the router answers 504 at the latest, if a request does not say otherwise
   * @param hurried what one of {@value #HURRIED_EVERY} asks for instead; the same when none is to
   */
  record Limits(Duration usual, Duration hurried) {}

  private boolean isReadable() {
    return kills || number % UNREADABLE_EVERY != 0;
  }

  Map<String, String> headers() {
    return says
        ? Map.of("X-Request-ID", id(), "X-Request-Timeout", Long.toString(limit.toSeconds()))
        : Map.of("X-Request-ID", id());
  }

  String model() {
    return number % REPLACED_EVERY == 0 ? replaced : Client.MODEL;
  }

  long number() {
    return number;
  }

  String id() {
    return PREFIX + number;
  }

  String body() {
    return isReadable() ? NumberedImage.of(number).base64With(kills ? KILLER : "") : NO_IMAGE;
  }

  /** What became of it: the ending, and its story when that must not be. */
  record Judgement(Ending ending, String story) {}

  /**
   * @param answered numbers of the requests that have an answer; this one is added
   */
  Judgement judge(Answer answer, Excuses excuses, BitSet answered) {
    long now = Ticker.SYSTEM.nanos();
    Optional<Long> other = otherNumber(answer);
    if (other.isPresent()) {
      boolean again = isAnswered(answered, other.get());
      return judged(again ? Ending.DUPLICATED : Ending.WRONG, "answered is " + answer);
    }
    synchronized (answered) {
      answered.set((int) number);
    }
    if (Duration.ofNanos(now - sentNanos).compareTo(limit.plus(SLACK)) > 0) {
      return excuses.holds(Excuses.Cause.ROUTER_STOOD_STILL, sentNanos, now)
          ? judged(Ending.BEHIND_STOPPED_ROUTER, "")
          : judged(Ending.LATE, answer.toString());
    }
    return switch (answer.status()) {
      case 200 -> isOfItsImage(answer) ? judged(Ending.ANSWERED, "") : wrong(answer);
      case 400 -> isReadable() ? wrong(answer) : judged(Ending.UNREADABLE, "");
      case 429, 503 -> saysWhen(answer) ? judged(Ending.REFUSED, "") : wrong(answer);
      case 504 ->
          answer.elapsed().compareTo(limit.minusMillis(50)) >= 0
              ? judged(Ending.EXPIRED, "")
              : wrong(answer);
      case 500 -> isQuarantined(answer) ? judged(Ending.QUARANTINED, "") : wrong(answer);
      default -> wrong(answer);
    };
  }

  private static boolean isAnswered(BitSet answered, long number) {
    synchronized (answered) {
      return answered.get((int) number);
    }
  }

  /** The number of the request that it answers, if that is another one. */
  private Optional<Long> otherNumber(Answer answer) {
    String id = answer.header("X-Request-ID");
    return id.equals(id())
        ? Optional.empty()
        : Optional.of(id.startsWith(PREFIX) ? Long.parseLong(id.substring(PREFIX.length())) : -1);
  }

  private boolean isOfItsImage(Answer answer) {
    var image = answer.json().getJsonObject("image");
    var sent = NumberedImage.of(number);
    return isReadable()
        && image.getInteger("width") == sent.width()
        && image.getInteger("height") == sent.height()
        && isOfOnePackage(answer);
  }

  /** Each package has its own first word in all its classes. */
  private static boolean isOfOnePackage(Answer answer) {
    return answer.classes().stream().map(name -> name.split(" ")[0]).distinct().count() <= 1;
  }

  private boolean isQuarantined(Answer answer) {
    return kills && answer.message().contains("workers died") && answer.message().contains(id());
  }

  private static boolean saysWhen(Answer answer) {
    return answer.has("Retry-After") && Integer.parseInt(answer.header("Retry-After")) >= 1;
  }

  /** There is no answer. */
  Judgement judge(Throwable failure, Excuses excuses) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof HttpTimeoutException) {
      return judged(Ending.HUNG, "nothing came in " + elapsed());
    }
    if (cause instanceof AssertionError wrong) {
      return judged(Ending.WRONG, String.valueOf(wrong.getMessage()));
    }
    long now = Ticker.SYSTEM.nanos();
    if (excuses.holds(Excuses.Cause.ROUTER_DIED, sentNanos, now)) {
      return judged(Ending.BROKEN, "");
    }
    // Whether it was read after all is looked up in the routers' access logs.
    return excuses.holds(Excuses.Cause.ROUTER_LEAVES, sentNanos, now)
        ? judged(Ending.UNREAD, "")
        : judged(Ending.LOST, "after " + elapsed() + ": " + cause);
  }

  private Duration elapsed() {
    return Duration.ofNanos(Ticker.SYSTEM.nanos() - sentNanos);
  }

  private Judgement wrong(Answer answer) {
    return judged(Ending.WRONG, answer.toString());
  }

  private Judgement judged(Ending ending, String story) {
    return new Judgement(ending, id() + " " + story);
  }
}

package dev.penstock.router.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.router.dispatch.FakeTicker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds whoever comes, leaves and hangs up, in whatever order. */
final class AdmissionPropertiesTest {
  private static final List<Caller> CALLERS =
      List.of(new Caller("a", 1), new Caller("b", 1), new Caller("c", 5), new Caller("d", 0.2));

  private static final Devices IDLE = new Devices(1, false);

  private static Devices devices(boolean busy) {
    return new Devices(2, busy);
  }

  /** One thing that happens; the numbers choose among what there is. */
  record Step(Kind kind, int who, int amount) {}

  enum Kind {
    GLANCE,
    ENTER,
    RUN,
    LEAVE,
    LEAVE_AGAIN,
    UPLOAD,
    GROW,
    SHRINK,
    KNOWN,
    HOLD,
    LET_GO,
    RELEASE,
    RELEASE_AGAIN,
    TIME
  }

  @Provide
  Arbitrary<Step> steps() {
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            Arbitraries.integers().between(0, 1_000),
            Arbitraries.integers().between(1, 40))
        .as(Step::new);
  }

  /** The control beside a model of what it should hold. */
  private static final class World {
    private final FakeTicker ticker = new FakeTicker();
    private final int maxJobs;
    private final AdmissionControl control;
    private final List<Place> inside = new ArrayList<>();
    private final List<Place> gone = new ArrayList<>();
    private final List<Upload> uploads = new ArrayList<>();
    private final List<Upload> done = new ArrayList<>();
    private long asked;
    private long admitted;

    private static final class Upload {
      final Reservation payload;
      long bytes;
      int holds;
      boolean released;

      Upload(Reservation payload) {
        this.payload = payload;
      }
    }

    World(int maxJobs, long maxBytes) {
      this.maxJobs = maxJobs;
      this.control = new AdmissionControl(maxJobs, maxBytes, ticker);
    }

    private static <T> T pick(List<T> list, int which) {
      return list.get(which % list.size());
    }

    void apply(Step step) {
      Caller caller = pick(CALLERS, step.who());
      switch (step.kind()) {
        case GLANCE -> {
          asked++;
          admitted +=
              control.glance(caller, nanos(step), devices(step.amount() % 2 == 0)).isEmpty()
                  ? 1
                  : 0;
        }
        case ENTER -> {
          asked++;
          Entry entry =
              control.enter(
                  caller,
                  "model" + step.amount() % 3,
                  1 + step.amount() % 4,
                  nanos(step),
                  devices(!inside.isEmpty()));
          if (entry instanceof Place place) {
            admitted++;
            inside.add(place);
          }
        }
        case UPLOAD -> uploads.add(new Upload(control.reservation(upTo(step, caller))));
        case TIME -> ticker.advanceMillis(step.amount() * 100L);
        default -> {
          if (!inside.isEmpty()) {
            applyTo(pick(inside, step.who()), step);
          }
          if (!gone.isEmpty() && step.kind() == Kind.LEAVE_AGAIN) {
            pick(gone, step.who()).leave();
          }
          if (!uploads.isEmpty()) {
            applyTo(pick(uploads, step.who()), step, caller);
          }
          if (!done.isEmpty() && step.kind() == Kind.RELEASE_AGAIN) {
            Upload ended = pick(done, step.who());
            ended.payload.release();
            assertThat(ended.payload.grow(step.amount())).isPresent();
          }
        }
      }
      check();
    }

    private static @org.jspecify.annotations.Nullable Caller upTo(Step step, Caller caller) {
      return step.amount() % 3 == 0 ? null : caller;
    }

    private static long nanos(Step step) {
      return TimeUnit.MILLISECONDS.toNanos(step.who());
    }

    private void applyTo(Place place, Step step) {
      if (step.kind() == Kind.RUN) {
        place.ran(TimeUnit.MILLISECONDS.toNanos(step.amount()), inside.size() > 1);
      }
      if (step.kind() == Kind.RUN || step.kind() == Kind.LEAVE) {
        place.leave();
        inside.remove(place);
        gone.add(place);
      }
    }

    private void applyTo(Upload upload, Step step, Caller caller) {
      Reservation payload = upload.payload;
      switch (step.kind()) {
        case GROW -> {
          asked++;
          if (payload.grow(step.amount()).isEmpty()) {
            admitted++;
            upload.bytes += step.amount();
          }
        }
        case SHRINK -> {
          payload.shrinkTo(step.amount());
          upload.bytes = Math.min(upload.bytes, step.amount());
        }
        case KNOWN -> {
          asked++;
          admitted += payload.assign(caller).isEmpty() ? 1 : 0;
        }
        case HOLD -> {
          payload.hold();
          upload.holds++;
        }
        case LET_GO -> letGo(upload);
        case RELEASE -> release(upload);
        default -> {}
      }
    }

    private void letGo(Upload upload) {
      if (upload.holds > 0) {
        upload.payload.letGo();
        upload.holds--;
        settle(upload);
      }
    }

    private void release(Upload upload) {
      upload.payload.release();
      upload.released = true;
      settle(upload);
    }

    private void settle(Upload upload) {
      if (upload.released && upload.holds == 0) {
        uploads.remove(upload);
        done.add(upload);
      }
    }

    private void check() {
      AdmissionStatus status = control.status(devices(!inside.isEmpty()));
      assertThat(control.violations()).isEmpty();
      assertThat(inside.stream().mapToInt(place -> place.jobs).sum())
          .isLessThanOrEqualTo(maxJobs)
          .isEqualTo(control.jobs());
      assertThat(uploads.stream().mapToLong(upload -> upload.bytes).sum())
          .isLessThanOrEqualTo(status.maxBytes())
          .isEqualTo(status.bytes());
      long refused = status.refused().values().stream().mapToLong(Long::longValue).sum();
      assertThat(admitted + refused).describedAs("admitted + refused").isEqualTo(asked);
      assertThat(status.predictedWaitSeconds()).isNotNegative().isFinite();
    }

    void end() {
      List.copyOf(inside).forEach(Place::leave);
      inside.clear();
      for (Upload upload : List.copyOf(uploads)) {
        release(upload);
        while (upload.holds > 0) {
          letGo(upload);
        }
      }
      check();
      assertThat(control.jobs()).isZero();
      assertThat(control.status(IDLE).bytes()).isZero();
    }
  }

  @Property(tries = 300)
  void nothing_is_beyond_the_bounds_and_nothing_is_left_at_the_end(
      @ForAll @IntRange(min = 1, max = 20) int maxJobs,
      @ForAll @IntRange(min = 1, max = 300) int maxBytes,
      @ForAll @Size(max = 80) List<@From("steps") Step> steps) {
    var world = new World(maxJobs, maxBytes);
    steps.forEach(world::apply);
    world.end();
  }

  @Property(tries = 50)
  void who_is_alone_may_fill_the_bound_exactly(@ForAll @IntRange(min = 1, max = 500) int maxJobs) {
    var control = new AdmissionControl(maxJobs, 1, new FakeTicker());
    for (int job = 0; job < maxJobs; job++) {
      assertThat(control.enter(CALLERS.get(3), "m", 1, 1, IDLE)).isInstanceOf(Place.class);
    }
    assertThat(control.enter(CALLERS.get(3), "m", 1, 1, IDLE)).isInstanceOf(Refusal.class);
  }

  @Property(tries = 50)
  void whoever_floods_there_is_something_left_for_who_comes_next(
      @ForAll @IntRange(min = 10, max = 500) int maxJobs,
      @ForAll @IntRange(min = 0, max = 3) int flood) {
    var control = new AdmissionControl(maxJobs, 1, new FakeTicker());
    Caller next = new Caller("next", 1);
    control.glance(next, 1, IDLE);
    for (int job = 0; job < 2 * maxJobs; job++) {
      control.enter(CALLERS.get(flood), "m", 1, 1, IDLE);
    }
    assertThat(control.enter(next, "m", 1, 1, IDLE)).isInstanceOf(Place.class);
  }
}

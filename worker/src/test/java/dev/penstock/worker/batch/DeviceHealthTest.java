package dev.penstock.worker.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.job.JobId;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class DeviceHealthTest {
  private final FakeListener listener = new FakeListener();
  private final DeviceHealth health = new DeviceHealth(listener, 1);
  private final FakeModel device = new FakeModel(1);

  private static JobId job(long number) {
    return new JobId("r", number);
  }

  private void fails(long... jobs) {
    for (long job : jobs) {
      health.failed(job(job), device);
    }
  }

  private void fallIll() {
    device.deviceFails = true;
    fails(1, 2, 3);
    assertThat(health.isSick()).isTrue();
    device.batches.clear();
  }

  @Test
  void is_in_doubt_after_three_jobs_and_asks_the_device_at_once() {
    device.deviceFails = true;
    fails(1, 2);
    assertThat(device.batches).isEmpty();

    fails(3);

    assertThat(device.batches).containsExactly(1);
    assertThat(listener.said).containsExactly("sick: it is sick");
  }

  /** One poison job that comes back again and again says little about the device. */
  @Test
  void counts_different_jobs() {
    fails(1, 1, 1, 1, 2, 2);

    assertThat(device.batches).isEmpty();
  }

  @Test
  void a_pass_that_works_ends_the_doubt() {
    fails(1, 2);
    health.worked();
    fails(3, 4);

    assertThat(device.batches).isEmpty();
  }

  @Test
  void a_device_that_passes_the_warm_up_is_well_and_asked_again_after_three_more() {
    fails(1, 2, 3, 4, 5);
    assertThat(device.batches).hasSize(1);
    fails(6);
    assertThat(device.batches).hasSize(2);

    assertThat(health.isSick()).isFalse();
    assertThat(listener.said).isEmpty();
  }

  @Test
  void a_sick_device_is_told_of_once_and_asked_until_it_works() throws Exception {
    fallIll();
    device.inPass =
        () -> {
          if (device.batches.size() == 4) {
            device.deviceFails = false;
          }
        };

    health.nurse(device);

    assertThat(device.batches).hasSize(4);
    assertThat(listener.said).containsExactly("sick: it is sick", "well");
    assertThat(health.isSick()).isFalse();
  }

  @Test
  void a_pass_of_another_lane_that_works_heals_it_too_and_ends_the_nursing() throws Exception {
    var patient = new DeviceHealth(listener, TimeUnit.MINUTES.toMillis(1));
    device.deviceFails = true;
    for (long number = 1; number <= 3; number++) {
      patient.failed(job(number), device);
    }
    var nursing = nurse(patient);

    patient.worked();

    nursing.get();
    assertThat(listener.said).containsExactly("sick: it is sick", "well");
  }

  @Test
  void one_lane_nurses_and_the_others_go_back_to_work() throws Exception {
    fallIll();
    var asked = new CountDownLatch(1);
    device.inPass = asked::countDown;
    var nursing = nurse(health);
    asked.await();

    health.nurse(device);

    assertThat(nursing.isDone()).isFalse();
    health.close();
    nursing.get();
    assertThat(health.isSick()).describedAs("nobody has healed it").isTrue();
  }

  @Test
  void a_device_that_is_well_needs_no_nurse() throws Exception {
    health.nurse(device);

    assertThat(device.batches).isEmpty();
  }

  private FutureTask<Boolean> nurse(DeviceHealth patient) {
    var nursing =
        new FutureTask<>(
            () -> {
              patient.nurse(device);
              return true;
            });
    new Thread(nursing).start();
    return nursing;
  }
}

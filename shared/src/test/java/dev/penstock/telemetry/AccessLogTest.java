package dev.penstock.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.config.RouterConfig;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AccessLogTest {
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

  @Test
  void text_has_every_part_on_one_line() {
    try (var log = AccessLog.create(RouterConfig.AccessLog.TEXT, lines::add)) {
      log.write(Records.answered("/coco/1", 200, "coco/1"));
    }
    assertThat(lines)
        .containsExactly(
            "at=2026-11-21T12:00:00Z id=id-1 method=POST path=/coco/1 status=200 caller=shop model=coco/1"
                + " attempt=2 worker=w1 device=cuda:0 batch=8 batch_reason=full cold_start=true"
                + " load_ms=1500.000 receive_ms=1.000 queue_ms=2.000 retry_ms=3.000"
                + " transport_ms=4.000 decode_ms=5.000 preprocess_ms=6.000 inference_ms=7.000"
                + " postprocess_ms=8.000 respond_ms=9.000 total_ms=45.500 unaccounted_ms=0.500");
  }

  @Test
  void json_has_the_same_members() {
    try (var log = AccessLog.create(RouterConfig.AccessLog.JSON, lines::add)) {
      log.write(Records.answered("/coco/1", 200, "coco/1"));
      log.write(Records.refused(503, 7));
    }
    JsonObject answered = new JsonObject(lines.get(0));
    assertThat(answered.getDouble("inference_ms")).isEqualTo(7.0);
    assertThat(answered.getInteger("batch")).isEqualTo(8);
    JsonObject refused = new JsonObject(lines.get(1));
    assertThat(refused.getInteger("retry_after")).isEqualTo(7);
    assertThat(refused.fieldNames()).doesNotContain("caller", "model", "worker", "attempt");
  }

  @Test
  void a_client_cannot_forge_lines() {
    try (var log = AccessLog.create(RouterConfig.AccessLog.TEXT, lines::add)) {
      log.write(Records.answered("/a\r\nstatus=200 x\u00e9", 404, "a/1"));
    }
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0)).contains("path=/a\\u000d\\u000astatus=200\\u0020x\\u00e9 status=404");
  }

  @Test
  void off_writes_nothing() {
    try (var log = AccessLog.create(RouterConfig.AccessLog.OFF, lines::add)) {
      log.write(Records.refused(200, 0));
    }
    assertThat(lines).isEmpty();
  }

  @Test
  @Timeout(60)
  void a_slow_reader_costs_lines_never_time_and_is_told_how_many() throws Exception {
    var reading = new CountDownLatch(1);
    var blocked = new CountDownLatch(1);
    try (var log =
        AccessLog.create(
            RouterConfig.AccessLog.TEXT,
            line -> {
              blocked.countDown();
              awaitQuietly(reading);
              lines.add(line);
            })) {
      log.write(Records.refused(200, 0));
      blocked.await();
      for (int i = 0; i < 8_192 + 10; i++) {
        log.write(Records.refused(200, 0));
      }
      reading.countDown();
      while (lines.size() < 1 + 8_192 + 1) {
        LockSupport.parkNanos(1_000_000); // closing waits for two seconds at most
      }
    }
    assertThat(lines).hasSize(1 + 8_192 + 1);
    assertThat(lines).contains("10 requests not logged: the log's reader is too slow");
  }

  @Test
  void a_line_that_cannot_be_written_is_lost_and_the_next_one_is_written() {
    try (var log =
        AccessLog.create(
            RouterConfig.AccessLog.TEXT,
            line -> {
              if (line.contains("status=500")) {
                throw new IllegalStateException("disk full");
              }
              if (line.contains("status=501")) {
                throw new OutOfMemoryError("for this line");
              }
              lines.add(line);
            })) {
      for (int status : new int[] {500, 200, 501, 500, 201, 501}) {
        log.write(Records.refused(status, 0));
      }
    }
    assertThat(lines).hasSize(2);
    assertThat(lines.get(1)).contains("status=201");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    boolean interrupted = false;
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

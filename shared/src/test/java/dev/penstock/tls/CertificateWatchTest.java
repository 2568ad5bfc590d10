package dev.penstock.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.config.CertificateFiles;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateWatchTest {
  private static final Logger LOG = Logger.getLogger(CertificateWatch.class.getName());

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<PublicTls> used = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
  private final Handler listener =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          log.add(java.text.MessageFormat.format(record.getMessage(), record.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  private PemFiles pem;
  private CertificateFiles files;

  @BeforeEach
  void make() throws Exception {
    LOG.addHandler(listener);
    pem = new PemFiles(folder, PemFiles.NOW);
    files = pem.server("shown", "localhost");
  }

  @AfterEach
  void stop() throws Exception {
    LOG.removeHandler(listener);
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private CertificateWatch<PublicTls> watch(InstantSource calendar) throws Exception {
    return CertificateWatch.start(
        vertx,
        "the listener",
        () -> PublicTls.load(files),
        PublicTls.load(files),
        fresh -> {
          used.add(fresh);
          return Future.succeededFuture();
        },
        calendar,
        Duration.ofMillis(20));
  }

  @Test
  void new_files_are_put_to_use_once() throws Exception {
    try (var watch = watch(() -> PemFiles.NOW)) {
      pem.server("shown", "localhost");

      assertThat(used.poll(10, TimeUnit.SECONDS)).isEqualTo(PublicTls.load(files));
      awaitSaid("new certificates are in use");
      Files.writeString(files.certificate(), "broken");
      awaitSaid("holds no certificate");
      assertThat(used).describedAs("%s", watch).isEmpty();
    }
  }

  @Test
  void broken_files_are_said_once_and_repaired_ones_used() throws Exception {
    try (var watch = watch(() -> PemFiles.NOW)) {
      String key = Files.readString(files.key());
      Files.writeString(files.key(), "broken");

      assertThat(awaitSaid("holds no key"))
          .contains("the listener", "What was shown before is shown on.");
      assertThat(used).isEmpty();
      Files.writeString(files.key(), key);
      pem.server("shown", "localhost");
      assertThat(used.poll(10, TimeUnit.SECONDS)).describedAs("%s", watch).isNotNull();
      awaitSaid("new certificates are in use");
    }
  }

  @Test
  void the_end_of_a_certificate_is_said_two_weeks_before() throws Exception {
    try (var early = watch(() -> PemFiles.NOW.plus(Duration.ofDays(300)))) {
      assertThat(log).describedAs("%s", early).isEmpty();
    }
    try (var late = watch(() -> PemFiles.NOW.plus(Duration.ofDays(390)))) {
      assertThat(log.poll(10, TimeUnit.SECONDS)).describedAs("%s", late).contains("is good until");
    }
    try (var tooLate = watch(() -> PemFiles.NOW.plus(Duration.ofDays(400)))) {
      assertThat(log.poll(10, TimeUnit.SECONDS))
          .describedAs("%s", tooLate)
          .contains("is over since");
    }
  }

  private String awaitSaid(String part) throws InterruptedException {
    for (String line = log.poll(10, TimeUnit.SECONDS);
        line != null;
        line = log.poll(10, TimeUnit.SECONDS)) {
      if (line.contains(part)) {
        return line;
      }
    }
    throw new AssertionError("nobody said " + part + "; left: " + List.copyOf(log));
  }
}

package dev.penstock.cli.doctor;

import static dev.penstock.cli.doctor.Finding.Level.FAIL;
import static dev.penstock.cli.doctor.Finding.Level.OK;
import static dev.penstock.cli.doctor.Finding.Level.WARN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.config.CertificateFiles;
import dev.penstock.config.MutualTls;
import dev.penstock.tls.CertificateFolder;
import dev.penstock.worker.engine.devices.Devices;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Machines, networks and calendars that the one of this test is not. */
final class ChecksTest {
  private static final Instant TODAY = Instant.parse("2026-11-21T12:00:00Z");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"11,FAIL", "17,OK", "21,OK", "25,OK", "26,WARN"})
  void java(int feature, Finding.Level level) {
    assertThat(MachineChecks.java(feature).level()).isEqualTo(level);
  }

  @ParameterizedTest
  @CsvSource({"256000000,WARN", "500000000,OK", "8000000000,OK"})
  void heap(long bytes, Finding.Level level) {
    assertThat(MachineChecks.memory(2, bytes, 16_000_000_000L).level()).isEqualTo(level);
  }

  @ParameterizedTest
  @CsvSource({"1024,10000,WARN", "10499,10000,WARN", "10500,10000,OK", "1024,100,OK", "-1,100,OK"})
  void open_files(long limit, int connections, Finding.Level level) {
    assertThat(MachineChecks.files(limit, connections).level()).isEqualTo(level);
  }

  @ParameterizedTest
  @CsvSource({"100000000,FAIL", "1000000000,WARN", "3000000000,OK"})
  void disk(long freeBytes, Finding.Level level) {
    assertThat(DeviceChecks.cache(folder, freeBytes).level()).isEqualTo(level);
  }

  @Test
  void a_cache_that_is_made_later_is_good_and_one_below_a_file_is_not() throws IOException {
    assertThat(DeviceChecks.cache(folder.resolve("a").resolve("b")).level()).isNotEqualTo(FAIL);
    Path file = Files.writeString(folder.resolve("file"), "");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    assertThat(DeviceChecks.cache(Path.of("/proc/none")).level()).isEqualTo(FAIL);
  }

  @Test
  void a_gpu_that_cannot_be_used_is_said() {
    assertThat(DeviceChecks.device("auto", folder, 0).level()).isEqualTo(OK);
    Finding unused = DeviceChecks.device("auto", folder, 2);
    if (unused.text().startsWith("cpu")) {
      assertThat(unused.level()).isEqualTo(WARN);
      assertThat(unused.text())
          .contains("ONNX Runtime 1", "GPUs visible: 2")
          .contains(
              Devices.haveCuda() ? "--device cuda:0" : "PENSTOCK_FLAVOUR=gpu penstock doctor");
    }
  }

  private static ListenerChecks machineWith(String... addresses) throws IOException {
    var own = new ArrayList<InetAddress>();
    for (String address : addresses) {
      own.add(InetAddress.getByName(address));
    }
    return new ListenerChecks(own);
  }

  @Test
  void a_cluster_port_that_others_reach_is_warned_of() throws IOException {
    ListenerChecks machine = machineWith("127.0.0.1", "fe80::1", "10.0.0.5", "8.8.4.4");

    assertThat(machine.cluster("0.0.0.0").level()).isEqualTo(WARN);
    assertThat(machine.cluster("0.0.0.0").text()).contains("8.8.4.4").doesNotContain("10.0.0.5");
    assertThat(machine.cluster("8.8.4.4").level()).isEqualTo(WARN);
    assertThat(machine.cluster("10.0.0.5").level()).isEqualTo(WARN);
    assertThat(machine.cluster("10.0.0.5").text()).contains("10.0.0.5", "keep strangers out");
    assertThat(machine.cluster("127.0.0.1").level()).isEqualTo(OK);
    assertThat(machineWith("127.0.0.1", "10.0.0.5").cluster("0.0.0.0").level()).isEqualTo(WARN);
    assertThat(machineWith("127.0.0.1", "fe80::1").cluster("0.0.0.0").level()).isEqualTo(OK);
    assertThat(machineWith("::1", "2a00:1450::5").cluster("::").level()).isEqualTo(WARN);
  }

  @Test
  void an_internal_port_that_others_reach_wants_certificates() throws IOException {
    ListenerChecks machine = machineWith("127.0.0.1", "10.0.0.5");

    assertThat(machine.workers("10.0.0.5", false).level()).isEqualTo(WARN);
    assertThat(machine.workers("10.0.0.5", true).level()).isEqualTo(OK);
    assertThat(machine.workers("127.0.0.1", false).level()).isEqualTo(OK);
  }

  @Test
  void a_public_listener_wants_keys_and_tls_when_others_reach_it() throws IOException {
    ListenerChecks machine = machineWith("127.0.0.1", "10.0.0.5");

    assertThat(machine.clients("127.0.0.1", false, false))
        .extracting(Finding::level)
        .containsExactly(OK);
    assertThat(machine.clients("0.0.0.0", false, false))
        .extracting(Finding::level)
        .containsExactly(WARN, WARN);
    assertThat(machine.clients("0.0.0.0", true, true))
        .extracting(Finding::level)
        .containsExactly(OK, OK);
  }

  private MutualTls certificates(String name) throws Exception {
    var files = new CertificateFolder(folder.resolve("pem"));
    files.keep("router", files.authority(TODAY).router());
    files.keep("worker", files.authority(TODAY).worker());
    return new MutualTls(
        new CertificateFiles(files.certificate(name), files.key(name)), files.certificate("ca"));
  }

  private static List<Finding.Level> levels(List<Finding> findings) {
    return findings.stream().map(Finding::level).toList();
  }

  @ParameterizedTest
  @CsvSource({"0,OK", "380,OK", "390,WARN", "400,FAIL"})
  void certificates_end(long daysLater, Finding.Level level) throws Exception {
    var checks = new CertificateChecks(TODAY.plus(Duration.ofDays(daysLater)));

    assertThat(levels(checks.of(certificates("router"), true))).containsExactly(level);
    assertThat(levels(checks.of(certificates("router").own()))).containsExactly(level);
  }

  @Test
  void a_router_with_the_certificate_of_a_worker_is_told() throws Exception {
    var checks = new CertificateChecks(TODAY);

    assertThat(levels(checks.of(certificates("worker"), true))).containsExactly(OK, FAIL);
    assertThat(levels(checks.of(certificates("worker"), false))).containsExactly(OK);
  }

  @Test
  void a_key_that_everybody_can_read_is_told() throws Exception {
    MutualTls files = certificates("worker");
    Files.setPosixFilePermissions(files.own().key(), PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(levels(new CertificateChecks(TODAY).of(files, false))).containsExactly(OK, WARN);
  }

  @Test
  void certificates_that_cannot_be_read_fail_and_none_are_nothing_to_say() {
    var none = new CertificateFiles(folder.resolve("c.pem"), folder.resolve("c.key"));
    var checks = new CertificateChecks(TODAY);

    assertThat(levels(checks.of(none))).containsExactly(FAIL);
    assertThat(checks.of((CertificateFiles) null)).isEmpty();
    assertThat(checks.of(null, true)).isEmpty();
  }
}

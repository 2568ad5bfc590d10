package dev.penstock.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.cli.options.Converters;
import dev.penstock.cluster.ClusterMember;
import dev.penstock.config.RouterConfig;
import dev.penstock.worker.engine.devices.Devices;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** With the shipped repository and a simulated device, on the loopback address. */
final class DoctorCommandTest {
  private static final Path SHIPPED = Path.of("models").toAbsolutePath();
  private static final List<String> WELL =
      List.of(
          "--host=127.0.0.1",
          "--port=0",
          "--internal-port=0",
          "--cluster-port=0",
          "--device=simulated");

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine commandLine = DoctorCommand.commandLine(() -> SHIPPED);
    Converters.register(commandLine);
    return commandLine
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              err.write(String.valueOf(failure.getMessage()));
              return 1;
            })
        .execute(arguments);
  }

  private int doctor(String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    Stream.concat(WELL.stream(), Stream.of("--cache=" + folder))
        .filter(usual -> all.stream().noneMatch(own -> name(own).equals(name(usual))))
        .toList()
        .forEach(all::add);
    return run(all.toArray(String[]::new));
  }

  private static String name(String argument) {
    return argument.substring(0, Math.max(0, argument.indexOf('=')));
  }

  @Test
  void a_machine_without_problems_has_a_line_for_each_look_and_status_0() {
    assertThat(doctor()).describedAs(out.toString()).isZero();

    assertThat(out.toString().lines())
        .allMatch(line -> line.matches("(ok   |warn ) [a-z ]+: .+"))
        .anyMatch(line -> line.matches("ok    build: .+ \\(commit .+, (cpu|gpu) build, .+\\)"))
        .anyMatch(line -> line.startsWith("ok    java: Java "))
        .anyMatch(line -> line.matches("ok    memory: \\d+ cores, heap \\d+ MB of \\d+ MB memory"))
        .anyMatch(line -> line.equals("ok    models: coco/1"))
        .anyMatch(line -> line.startsWith("ok    device: simulated"))
        .anyMatch(line -> line.equals("ok    clients: 127.0.0.1: of this machine alone"));
  }

  @Test
  void local_is_looked_at_where_it_listens_unless_told() {
    run("--port=0", "--device=simulated", "--cache=" + folder);
    assertThat(out.toString()).contains("ok    clients: 127.0.0.1: of this machine alone");
  }

  @Test
  void what_would_fail_is_status_1_and_named() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(doctor("--port=" + taken.getLocalPort(), "--models=" + folder.resolve("none")))
          .isEqualTo(1);

      assertThat(out.toString())
          .contains("fail  port: Port " + taken.getLocalPort() + " on 127.0.0.1 cannot be opened")
          .contains("choose another with --port")
          .contains("fail  models: ");
    }
  }

  @Test
  void what_is_given_to_a_worker_or_router_is_understood_and_looked_at() {
    assertThat(
            doctor(
                "--id=w1",
                "--join-timeout=5s",
                "--max-memory=3GB",
                "--max-image-memory=1GB",
                "--keys=" + folder.resolve("none.yaml")))
        .isEqualTo(1);

    assertThat(out.toString())
        .contains("worker memory: models 3000 MB")
        .contains("images being decoded 1000 MB")
        .contains("fail  keys: --keys: ")
        .contains("none.yaml");
  }

  @Test
  void programs_get_json() {
    assertThat(doctor("--json", "--device=cuda:77")).isEqualTo(1);

    var report = new JsonObject(out.toString());
    assertThat(report.getBoolean("healthy")).isFalse();
    assertThat(report.getJsonArray("findings").stream().map(JsonObject.class::cast))
        .anyMatch(
            finding ->
                finding.getString("level").equals("fail")
                    && finding.getString("check").equals("device")
                    && finding
                        .getString("text")
                        .startsWith(
                            Devices.haveCuda()
                                ? "CUDA device 77 cannot be used"
                                : "--device cuda: this build computes on the CPU alone"))
        .anyMatch(finding -> finding.getString("level").equals("ok"));
  }

  @Test
  void a_worker_is_asked_for_its_routers_and_not_for_ports() {
    assertThat(doctor("--role=worker", "--join=no-such-host.invalid:5701,127.0.0.1:1"))
        .isEqualTo(1);

    assertThat(out.toString())
        .contains("fail  join: nobody knows a host 'no-such-host.invalid'")
        .contains("warn  join: 127.0.0.1:1 does not answer: start the router")
        .doesNotContain("clients:", "port:");
  }

  @Test
  void a_worker_without_a_router_would_not_start() {
    assertThat(doctor("--role=worker")).isEqualTo(1);
    assertThat(out.toString())
        .contains("fail  join: a worker needs a router: give --join its cluster port, HOST:5701");
  }

  @Test
  void a_router_that_only_its_own_machine_reaches_is_told() {
    assertThat(doctor("--role=router")).isZero();

    assertThat(out.toString())
        .contains("warn  advertise: others reach it at 127.0.0.1 (--host)")
        .contains("ok    cluster port: 127.0.0.1: of this machine alone")
        .doesNotContain("device:");
  }

  @Test
  void a_router_is_told_from_one_of_another_cluster_and_from_what_only_takes_connections()
      throws IOException {
    HazelcastInstance router =
        ClusterMember.start(
            new RouterConfig.Cluster("127.0.0.1", 0, 0, List.of(), "127.0.0.1"), "r", "r", 1);
    try (var mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = router.getCluster().getLocalMember().getAddress().getPort();

      assertThat(doctor("--role=worker", "--join=localhost:" + port)).isZero();
      assertThat(out.toString())
          .contains("ok    join: 127.0.0.1:" + port + " is the cluster port of a router");

      assertThat(doctor("--role=worker", "--cluster-name=blue", "--join=127.0.0.1:" + port))
          .isEqualTo(1);
      assertThat(out.toString())
          .contains("fail  join: 127.0.0.1:" + port + " is a router of another cluster");

      assertThat(doctor("--role=worker", "--join=127.0.0.1:" + mute.getLocalPort())).isZero();
      assertThat(out.toString()).contains("takes connections and says nothing");
    } finally {
      router.shutdown();
    }
  }

  @Test
  void an_unknown_role_is_wrong_usage() {
    assertThat(doctor("--role=boss")).isEqualTo(2);
    assertThat(err.toString()).contains("'boss' is none of local, router, worker");
  }

  @Test
  void certificates_are_made_and_found_good() throws IOException {
    Path pem = folder.resolve("pem");
    assertThat(run("certs", "--out=" + pem, "--host=localhost,10.0.0.5"))
        .describedAs(err.toString())
        .isZero();
    assertThat(out.toString())
        .contains("made an authority: " + pem.resolve("ca.pem"))
        .contains("routers: --internal-tls-cert " + pem.resolve("router.pem"))
        .contains("clients: --tls-cert " + pem.resolve("server.pem"));

    assertThat(
            doctor(
                "--role=router",
                "--tls-cert=" + pem.resolve("server.pem"),
                "--tls-key=" + pem.resolve("server.key"),
                "--internal-tls-cert=" + pem.resolve("router.pem"),
                "--internal-tls-key=" + pem.resolve("router.key"),
                "--internal-tls-ca=" + pem.resolve("ca.pem")))
        .isZero();
    assertThat(out.toString())
        .contains("ok    certificate: " + pem.resolve("server.pem") + ", good until ")
        .contains("ok    internal certificate: " + pem.resolve("router.pem"))
        .contains("ok    internal port: certificate holders only")
        .doesNotContain("private key");

    byte[] first = Files.readAllBytes(pem.resolve("worker.pem"));
    assertThat(run("certs", "--out=" + pem)).isZero();
    assertThat(out.toString()).contains("signed by the authority in " + pem.resolve("ca.pem"));
    assertThat(Files.readAllBytes(pem.resolve("worker.pem"))).isNotEqualTo(first);
  }

  @Test
  void certificates_that_cannot_be_made_say_why() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThat(run("certs", "--out=" + file.resolve("pem"))).isEqualTo(1);
    assertThat(err.toString()).contains("The files cannot be written into");
  }
}

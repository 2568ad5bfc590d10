package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.penstock.cli.options.AdvertisedAddress;
import dev.penstock.config.ByteSize;
import dev.penstock.config.CertificateFiles;
import dev.penstock.config.HostPort;
import dev.penstock.config.MutualTls;
import dev.penstock.config.RouterConfig;
import dev.penstock.config.RouterConfig.AccessLog;
import dev.penstock.config.StartupException;
import dev.penstock.config.WorkerConfig;
import dev.penstock.config.WorkerMemory;
import dev.penstock.model.ModelRepository;
import dev.penstock.model.repository.FolderRepository;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.ParameterException;

/** What the nodes are told for what the user says, over the repository that ships. */
final class CommandConfigTest {
  private static final Path MODELS = Path.of("models").toAbsolutePath();
  private static final Path CACHE = Path.of("/cache");
  private final ModelRepository shipped = FolderRepository.open(List.of(MODELS));

  @Test
  void a_router_is_told_everything() {
    RouterConfig config =
        router(
            "--host=10.0.0.5 --port=1 --internal-port=2 --cluster-port=3 --join=a:5701,b:5702"
                + " --request-timeout=10s --max-request-timeout=20s --max-body=1MB --max-inflight=7"
                + " --max-inflight-bytes=5MB --drain-delay=1s --id=r1"
                + " --allow-origin=https://a,https://b --image-url-allow-http --access-log=json"
                + " --alias=small=coco/1,mine=parts/7");

    assertThat(config)
        .isEqualTo(
            new RouterConfig(
                "r1",
                new RouterConfig.Http("10.0.0.5", 1, List.of("https://a", "https://b")),
                new RouterConfig.Cluster(
                    "10.0.0.5",
                    2,
                    3,
                    List.of(new HostPort("a", 5701), new HostPort("b", 5702)),
                    "r1.example"),
                List.of(MODELS),
                Map.of("small", "coco/1", "mine", "parts/7"),
                List.of("coco/1"),
                new RouterConfig.Limits(
                    Duration.ofSeconds(10), Duration.ofSeconds(20), 1_000_000, 7, 5_000_000),
                new RouterConfig.ImageUrls(true, true, false, Duration.ofSeconds(10)),
                Duration.ofSeconds(1),
                AccessLog.JSON));
  }

  @Test
  void a_worker_is_told_everything() {
    WorkerCommand command =
        parsed(
            "worker",
            "--join=a:5701 --join-timeout=5s --models=/m --preload=x/1,y/2 --device=cuda:1 --id=w1"
                + " --cache=/c --max-image-memory=2GiB --max-memory=3GB");
    assertThat(command.config())
        .isEqualTo(
            new WorkerConfig(
                "w1",
                List.of(new HostPort("a", 5701)),
                Duration.ofSeconds(5),
                List.of(Path.of("/m")),
                List.of("x/1", "y/2"),
                "cuda:1",
                Path.of("/c"),
                RouterConfig.Cluster.DEFAULT_NAME,
                null,
                new WorkerMemory(new ByteSize(3_000_000_000L), new ByteSize(2L << 30))));
  }

  @Test
  void certificates_and_the_cluster_are_told_to_routers_and_workers() {
    String internal =
        "--internal-tls-cert=/i.pem --internal-tls-key=/i.key --internal-tls-ca=/ca.pem"
            + " --cluster-name=blue";
    var mutual =
        new MutualTls(
            new CertificateFiles(Path.of("/i.pem"), Path.of("/i.key")), Path.of("/ca.pem"));
    RouterConfig router =
        router(
            "--tls-cert=/c.pem --tls-key=/c.key --max-connections=9 --cluster-host=::1 "
                + internal);
    WorkerCommand worker = parsed("worker", "--join=a:1 " + internal);

    assertThat(router.http().tls())
        .isEqualTo(new CertificateFiles(Path.of("/c.pem"), Path.of("/c.key")));
    assertThat(router.http().maxConnections()).isEqualTo(9);
    assertThat(router.cluster().host()).isEqualTo("::1");
    assertThat(router.cluster().tls()).isEqualTo(mutual);
    assertThat(router.cluster().name()).isEqualTo("blue");
    assertThat(worker.config().tls()).isEqualTo(mutual);
    assertThat(worker.config().cluster()).isEqualTo("blue");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--tls-cert=/c.pem",
        "--tls-key=/c.key",
        "--internal-tls-cert=/i.pem",
        "--internal-tls-cert=/i.pem --internal-tls-key=/i.key",
        "--internal-tls-ca=/ca.pem"
      })
  void half_of_a_pair_is_wrong_usage(String half) {
    assertThatExceptionOfType(ParameterException.class)
        .isThrownBy(() -> router(half))
        .withMessageContaining("belong together");
  }

  @Test
  void a_worker_preloads_what_the_routers_say_when_it_is_told_nothing() {
    WorkerCommand command = parsed("worker", "--join=a:5701");
    assertThat(command.config().preload()).isEmpty();
  }

  @Test
  void local_keeps_what_is_internal_on_this_machine() {
    LocalCommand command = parsed("local", "--id=l1 --host=0.0.0.0");
    RouterConfig router = command.routerConfig(List.of(MODELS), shipped);
    assertThat(router.cluster())
        .isEqualTo(new RouterConfig.Cluster("127.0.0.1", 0, 0, List.of(), "127.0.0.1"));
    assertThat(router.drainDelay()).isZero();
    assertThat(command.workerConfig(router, CACHE).id()).isEqualTo("l1");
    assertThat(router.preload()).containsExactly("coco/1");
    assertThat(command.workerConfig(router, CACHE).preload())
        .as("what the router says; its own word would make a failed load end the start")
        .isEmpty();
    LocalCommand told = parsed("local", "--preload=coco/1");
    assertThat(told.workerConfig(router, CACHE).preload()).containsExactly("coco/1");
  }

  @ParameterizedTest
  @CsvSource({"cuda,cuda:0", "cuda:1,cuda:1", "cpu,cpu", "simulated:base=1ms,simulated:base=1ms"})
  void local_has_one_device(String device, String used) {
    LocalCommand command = parsed("local", "--device=" + device);
    RouterConfig router = command.routerConfig(List.of(MODELS), shipped);
    assertThat(command.workerConfig(router, CACHE).device()).isEqualTo(used);
  }

  @Test
  void nothing_is_preloaded_when_nothing_is_wanted() {
    assertThat(router("--preload=").preload()).isEmpty();
  }

  @Test
  void a_few_models_of_the_users_own_are_preloaded() {
    RouterCommand command = parsed("router", "");
    ModelRepository other = FolderRepository.open(List.of(MODELS.resolve("coco/1").getParent()));
    assertThat(command.config(new AdvertisedAddress("a", "b"), List.of(), other).preload())
        .containsExactly("1/1");
  }

  @Test
  void a_model_that_is_not_served_cannot_be_preloaded() {
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> router("--preload=gears/3"))
        .withMessage(
            "--preload: the model 'gears/3' is not served: the folders of --models hold coco/1");
  }

  @Test
  void local_is_reached_by_this_machine_alone_unless_it_is_told() {
    assertThat(local("").http().host()).isEqualTo("127.0.0.1");
    assertThat(local("--host=0.0.0.0").http().host()).isEqualTo("0.0.0.0");
    assertThat(router("").http().host()).isEqualTo("0.0.0.0");
  }

  private RouterConfig local(String arguments) {
    LocalCommand command = parsed("local", arguments);
    return command.routerConfig(List.of(MODELS), shipped);
  }

  private RouterConfig router(String arguments) {
    RouterCommand command = parsed("router", arguments);
    return command.config(new AdvertisedAddress("r1.example", "test"), List.of(MODELS), shipped);
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <C> C parsed(String name, String arguments) {
    String[] all = (name + " " + arguments).strip().split(" ");
    return (C)
        Penstock.commandLine(Map.of()).parseArgs(all).subcommand().commandSpec().userObject();
  }
}

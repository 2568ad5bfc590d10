package dev.penstock.cli.doctor;

import dev.penstock.cli.options.AdvertiseOptions;
import dev.penstock.cli.options.AdvertisedAddress;
import dev.penstock.cli.options.ClusterPorts;
import dev.penstock.cli.options.CommonOptions;
import dev.penstock.cli.options.DeviceOptions;
import dev.penstock.cli.options.IdOption;
import dev.penstock.cli.options.InternalTlsOptions;
import dev.penstock.cli.options.JoinOption;
import dev.penstock.cli.options.JoinTimeoutOption;
import dev.penstock.cli.options.MemoryOptions;
import dev.penstock.cli.options.ModelOptions;
import dev.penstock.cli.options.PublicOptions;
import dev.penstock.cli.options.PublicTlsOptions;
import dev.penstock.cli.options.VersionProvider;
import dev.penstock.config.Build;
import dev.penstock.config.HostPort;
import dev.penstock.config.RouterConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks at what a start would meet. It understands what routers and workers do. */
@Command(
    name = "doctor",
    description =
        "Looks at what a start with these options would meet, and says what to do about it; status"
            + " 1 when something would fail.",
    versionProvider = VersionProvider.class,
    sortOptions = false,
    abbreviateSynopsis = true,
    footer =
        "%nGive it the options, the --config file and the environment of what is to be started.")
public final class DoctorCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      converter = Role.Converter.class,
      description = "What this machine is to run: local, router or worker (default: local).")
  Role role = Role.LOCAL;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Mixin
  final PublicOptions publicOptions =
      new PublicOptions(PublicOptions.EVERYWHERE, Duration.ofSeconds(5));

  @Mixin final PublicTlsOptions publicTls = new PublicTlsOptions();
  @Mixin final ClusterPorts ports = new ClusterPorts(9002, 5701);
  @Mixin final JoinOption join = new JoinOption();
  @Mixin final JoinTimeoutOption joinTimeout = new JoinTimeoutOption();
  @Mixin final AdvertiseOptions advertise = new AdvertiseOptions();
  @Mixin final InternalTlsOptions internalTls = new InternalTlsOptions();
  @Mixin final ModelOptions models = new ModelOptions();
  @Mixin final DeviceOptions device = new DeviceOptions();
  @Mixin final MemoryOptions memory = new MemoryOptions();
  @Mixin final IdOption id = new IdOption();
  @Mixin final CommonOptions common = new CommonOptions();
  private final Supplier<Path> shipped;

  private DoctorCommand(Supplier<Path> shipped) {
    this.shipped = shipped;
  }

  /**
   * The command with its sub-command.
   *
   * @param shipped the repository that comes with the program
   */
  public static CommandLine commandLine(Supplier<Path> shipped) {
    return new CommandLine(new DoctorCommand(shipped)).addSubcommand(new CertsCommand());
  }

  @Override
  public Integer call() {
    List<Finding> findings = findings();
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? Report.json(findings) : Report.text(findings));
    out.flush();
    return Report.healthy(findings) ? 0 : 1;
  }

  private List<Finding> findings() {
    if (role == Role.LOCAL) {
      publicOptions.hostUnlessSaid(PublicOptions.LOOPBACK);
    }
    RouterConfig.Http http = publicOptions.http(publicTls.files());
    var certificates = new CertificateChecks(Instant.now());
    var findings = new ArrayList<Finding>();
    findings.add(Finding.ok("build", Build.current().sentence()));
    findings.addAll(MachineChecks.all(role.listens, http.maxConnections()));
    findings.addAll(ModelChecks.all(models, shipped));
    if (role.computes) {
      findings.addAll(DeviceChecks.all(device));
      findings.add(MachineChecks.worker(memory.memory()));
    }
    if (role.listens) {
      findings.add(ListenerChecks.free(new HostPort(http.host(), http.port()), "--port"));
      findings.addAll(
          ListenerChecks.ofThisMachine()
              .clients(http.host(), http.tls() != null, publicOptions.keys() != null));
      findings.addAll(KeyChecks.all(publicOptions.keys()));
      findings.addAll(certificates.of(http.tls()));
    }
    if (role.meets) {
      findings.addAll(JoinChecks.of(join.clusterName()).all(join.join(), role == Role.WORKER));
      findings.addAll(certificates.of(internalTls.files(), role.listens));
    }
    if (role.meets && role.listens) {
      findings.addAll(betweenMachines());
    }
    return findings;
  }

  private List<Finding> betweenMachines() {
    AdvertisedAddress address = advertise.address(publicOptions.host(), join.join());
    String host = advertise.clusterHost(address, publicOptions.host());
    ListenerChecks listeners = ListenerChecks.ofThisMachine();
    return List.of(
        ListenerChecks.free(new HostPort(host, ports.internalPort()), "--internal-port"),
        ListenerChecks.free(new HostPort(host, ports.clusterPort()), "--cluster-port"),
        address.isLoopback()
            ? Finding.warn(
                "advertise",
                "others reach it at "
                    + address.host()
                    + " ("
                    + address.reason()
                    + "), which other machines cannot: give --advertise")
            : Finding.ok(
                "advertise",
                "others reach it at " + address.host() + " (" + address.reason() + ")"),
        listeners.cluster(host),
        listeners.workers(host, internalTls.files() != null));
  }
}

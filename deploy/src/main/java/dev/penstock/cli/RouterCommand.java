package dev.penstock.cli;

import dev.penstock.cli.options.AdvertiseOptions;
import dev.penstock.cli.options.AdvertisedAddress;
import dev.penstock.cli.options.ClusterPorts;
import dev.penstock.cli.options.CommonOptions;
import dev.penstock.cli.options.IdOption;
import dev.penstock.cli.options.InternalTlsOptions;
import dev.penstock.cli.options.JoinOption;
import dev.penstock.cli.options.ModelOptions;
import dev.penstock.cli.options.PublicOptions;
import dev.penstock.cli.options.PublicTlsOptions;
import dev.penstock.cli.options.VersionProvider;
import dev.penstock.cli.process.ServingProcess;
import dev.penstock.config.HostPort;
import dev.penstock.config.RouterConfig;
import dev.penstock.model.ModelAliases;
import dev.penstock.model.ModelRepository;
import dev.penstock.router.RouterNode;
import dev.penstock.router.admission.keys.Access;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Starts a router. */
@Command(
    name = "router",
    description = "Accepts requests and queues them for the workers that join it.",
    versionProvider = VersionProvider.class,
    sortOptions = false,
    abbreviateSynopsis = true,
    footer = Usage.FOOTER)
final class RouterCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Mixin
  final PublicOptions publicOptions =
      new PublicOptions(PublicOptions.EVERYWHERE, Duration.ofSeconds(5));

  @Mixin final PublicTlsOptions publicTls = new PublicTlsOptions();
  @Mixin final ClusterPorts ports = new ClusterPorts(9002, 5701);
  @Mixin final JoinOption join = new JoinOption();

  @Mixin final AdvertiseOptions advertise = new AdvertiseOptions();
  @Mixin final InternalTlsOptions internalTls = new InternalTlsOptions();
  @Mixin final ModelOptions models = new ModelOptions();
  @Mixin final IdOption id = new IdOption();
  @Mixin final CommonOptions common = new CommonOptions();

  @Override
  public Integer call() {
    ServingProcess process = ServingProcess.start(common.logLevel(), spec.commandLine().getOut());
    AdvertisedAddress address = advertise.address(publicOptions.host(), join.join());
    say(address, publicOptions.host());
    List<Path> folders = models.models(() -> Installation.find().models());
    ModelRepository repository = ServedModels.follow(process, folders);
    Access access = ServedKeys.follow(process, publicOptions);
    RouterConfig config = config(address, folders, repository);
    sayWhoCanClaim(config.cluster());
    RouterNode router = RouterNode.start(process.vertx(), config, repository, access);
    process.onStop("router", router::stop);
    process.serve(
        (config.http().tls() == null ? "router http://" : "router https://")
            + new HostPort(publicOptions.host(), router.port())
            + " internal "
            + new HostPort(address.host(), router.internalPort())
            + " cluster "
            + new HostPort(address.host(), router.clusterPort()),
        List.of());
    return 0;
  }

  RouterConfig config(AdvertisedAddress address, List<Path> folders, ModelRepository repository) {
    return new RouterConfig(
        id.id(HostName::unique),
        publicOptions.http(publicTls.files()),
        new RouterConfig.Cluster(
            advertise.clusterHost(address, publicOptions.host()),
            ports.internalPort(),
            ports.clusterPort(),
            join.join(),
            address.host(),
            join.clusterName(),
            internalTls.files()),
        folders,
        publicOptions.aliases(),
        models.preload(
            repository, ModelAliases.hosted().with(publicOptions.aliases()), Installation.MODEL),
        publicOptions.limits(),
        publicOptions.imageUrls(),
        publicOptions.drainDelay(),
        publicOptions.accessLog());
  }

  /** A router for this machine alone says so with --host. */
  private static void say(AdvertisedAddress address, String host) {
    boolean alone = address.isLoopback() && AdvertisedAddress.isLoopback(host);
    System.getLogger(RouterCommand.class.getName())
        .log(
            address.isLoopback() && !alone ? Level.WARNING : Level.INFO,
            "others reach this router at {0} ({1}){2}",
            address.host(),
            address.reason(),
            address.isLoopback()
                ? "; workers and routers on other machines cannot: give --advertise HOST for them"
                : "");
  }

  private static void sayWhoCanClaim(RouterConfig.Cluster cluster) {
    InetSocketAddress address = new InetSocketAddress(cluster.host(), 0);
    if (cluster.tls() == null
        && (address.isUnresolved() || !address.getAddress().isLoopbackAddress())) {
      System.getLogger(RouterCommand.class.getName())
          .log(
              Level.WARNING,
              "whoever reaches {0} may claim images and answer them, as workers do: keep strangers"
                  + " out of that network, or give --internal-tls-cert (penstock doctor certs)",
              cluster.host());
    }
  }
}

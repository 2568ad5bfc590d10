package dev.penstock.cli.doctor;

import dev.penstock.cli.options.VersionProvider;
import dev.penstock.config.StartupException;
import dev.penstock.tls.CertificateFolder;
import dev.penstock.tls.PrivateAuthority;
import dev.penstock.tls.UnusableCertificateException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes certificates for an installation that has none. */
@Command(
    name = "certs",
    description =
        "Makes a certificate authority, if DIR has none, and certificates it signs: for routers,"
            + " for workers and, with --host, for clients. Run again, it makes new ones with the"
            + " same authority; running processes take them over.",
    versionProvider = VersionProvider.class,
    sortOptions = false)
final class CertsCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Where the files go. ca.key signs: keep it off the machines that serve.")
  Path folder = Path.of("");

  @Option(
      names = "--host",
      paramLabel = "HOST",
      split = ",",
      hideParamSyntax = true,
      description =
          "Name or IP address by which clients reach the public port; repeatable (default: none,"
              + " then there is no server.pem).")
  List<String> hosts = List.of();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and exit.")
  boolean version;

  @Override
  public Integer call() {
    var files = new CertificateFolder(folder.toAbsolutePath().normalize());
    boolean known = files.hasAuthority();
    try {
      PrivateAuthority authority = files.authority(Instant.now());
      files.keep("router", authority.router());
      files.keep("worker", authority.worker());
      if (!hosts.isEmpty()) {
        files.keep("server", authority.server(hosts));
      }
      say(files, known);
      return 0;
    } catch (UnusableCertificateException e) {
      throw new StartupException("The authority in " + folder + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new StartupException(
          "The files cannot be written into " + folder + ": " + e.getMessage(), e);
    }
  }

  private void say(CertificateFolder files, boolean known) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        (known ? "signed by the authority in " : "made an authority: ") + files.certificate("ca"));
    out.println("routers: " + options(files, "router"));
    out.println("workers: " + options(files, "worker"));
    if (!hosts.isEmpty()) {
      out.println(
          "clients: --tls-cert %s --tls-key %s; they believe it with: curl --cacert %s"
              .formatted(
                  files.certificate("server"), files.key("server"), files.certificate("ca")));
    }
    out.flush();
  }

  private static String options(CertificateFolder files, String name) {
    return "--internal-tls-cert %s --internal-tls-key %s --internal-tls-ca %s"
        .formatted(files.certificate(name), files.key(name), files.certificate("ca"));
  }
}

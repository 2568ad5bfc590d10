package dev.penstock.cli.options;

import dev.penstock.config.CertificateFiles;
import dev.penstock.config.MutualTls;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Mutual TLS between routers and workers. */
public final class InternalTlsOptions {
  @Spec(Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--internal-tls-cert",
      paramLabel = "FILE",
      description =
          "Talk to each other over mutual TLS with this certificate, PEM; see 'penstock doctor"
              + " certs'. Followed when it changes.")
  @Nullable Path certificate;

  @Option(
      names = "--internal-tls-key",
      paramLabel = "FILE",
      description = "Its private key, PEM, not encrypted.")
  @Nullable Path key;

  @Option(
      names = "--internal-tls-ca",
      paramLabel = "FILE",
      description = "Certificates of the authorities that signed what the others show, PEM.")
  @Nullable Path authority;

  /** The files; null when routers and workers talk without TLS. */
  public @Nullable MutualTls files() {
    if (certificate != null && key != null && authority != null) {
      return new MutualTls(new CertificateFiles(certificate, key), authority);
    }
    if (certificate != null || key != null || authority != null) {
      throw new ParameterException(
          spec.commandLine(),
          "--internal-tls-cert, --internal-tls-key and --internal-tls-ca belong together: give all"
              + " or none");
    }
    return null;
  }
}

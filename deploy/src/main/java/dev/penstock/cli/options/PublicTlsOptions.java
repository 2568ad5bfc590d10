package dev.penstock.cli.options;

import dev.penstock.config.CertificateFiles;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** TLS of the public listener. */
public final class PublicTlsOptions {
  @Spec(Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description =
          "Serve clients over TLS (HTTP/2 and HTTP/1.1) with this certificate, PEM, followed by"
              + " those that lead to its authority. Followed when it changes.")
  @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Its private key, PEM, not encrypted.")
  @Nullable Path key;

  /** The files; null when clients are served without TLS. */
  public @Nullable CertificateFiles files() {
    if (certificate != null && key != null) {
      return new CertificateFiles(certificate, key);
    }
    if (certificate != null || key != null) {
      throw new ParameterException(
          spec.commandLine(), "--tls-cert and --tls-key belong together: give both or none");
    }
    return null;
  }
}

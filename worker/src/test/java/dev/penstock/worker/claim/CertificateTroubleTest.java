package dev.penstock.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CertificateTroubleTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "false | Connection was closed | this worker has none: give --internal-tls-cert",
        "false | Connection refused | check that the router advertises an address",
        "true | not an SSL/TLS record: 485454 | it shows no certificate: the router was started without",
        "true | Received fatal alert: certificate_unknown | it does not take this worker's certificate",
        "true | Received fatal alert: bad_certificate | it does not take this worker's certificate",
        "true | Connection closed while handshake in process | it does not take this worker's certificate",
        "true | PKIX path building failed | its certificate is not good",
        "true | Extended key usage does not permit use (ValidatorException) | its certificate is not good",
        "true | connection timed out | check that the router advertises an address"
      })
  void tells_the_causes_apart(boolean haveOne, String said, String sentence) {
    var failure = new IOException("failed", new SSLHandshakeException(said));

    assertThat(CertificateTrouble.sentence(failure, haveOne))
        .startsWith(sentence.startsWith("this worker") ? "it may want a certificate" : sentence)
        .contains(sentence)
        .endsWith("(failed: " + said + ")");
  }
}

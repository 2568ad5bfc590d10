package dev.penstock.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.it.kit.Answer;
import dev.penstock.it.kit.Client;
import dev.penstock.it.kit.Cluster;
import dev.penstock.it.kit.Load;
import dev.penstock.it.kit.PenstockProcess;
import dev.penstock.it.kit.Picture;
import dev.penstock.it.kit.RouterProcess;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Small files that unfold to very large pictures, many at once. */
final class ImageBombIT {
  /** 147 MB of pixels, which a lane decodes in less than a second. */
  private static final String BOMB = bomb(7_000);

  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  /** A PNG of one colour: a hundredth of a byte for each pixel. */
  private static String bomb(int side) {
    var file = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(file)) {
      out.writeLong(0x89504E470D0A1A0AL);
      var header = new ByteArrayOutputStream();
      try (var head = new DataOutputStream(header)) {
        head.writeInt(side);
        head.writeInt(side);
        head.write(new byte[] {8, 2, 0, 0, 0}); // 8 bits, red, green and blue
      }
      chunk(out, "IHDR", header.toByteArray());
      var pixels = new ByteArrayOutputStream();
      var deflater = new Deflater(Deflater.BEST_COMPRESSION);
      try (OutputStream compressed = new DeflaterOutputStream(pixels, deflater)) {
        byte[] row = new byte[1 + 3 * side];
        for (int y = 0; y < side; y++) {
          compressed.write(row);
        }
      } finally {
        deflater.end();
      }
      chunk(out, "IDAT", pixels.toByteArray());
      chunk(out, "IEND", new byte[0]);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return Base64.getEncoder().encodeToString(file.toByteArray());
  }

  private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
    var named = new ByteArrayOutputStream();
    named.writeBytes(type.getBytes(StandardCharsets.US_ASCII));
    named.writeBytes(data);
    var sum = new CRC32();
    sum.update(named.toByteArray());
    out.writeInt(data.length);
    out.write(named.toByteArray());
    out.writeInt((int) sum.getValue());
  }

  /** The most memory the process has had so far, in bytes (Linux). */
  private static long peakMemory(PenstockProcess process) {
    try (var lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Client clientOf(PenstockProcess worker, RouterProcess router) {
    worker.awaitReady();
    return router.client();
  }

  @Test
  void a_picture_larger_than_the_memory_for_images_is_refused_at_once_however_many_come() {
    RouterProcess router = CLUSTER.router();
    PenstockProcess worker = CLUSTER.worker("w1", router, "--max-image-memory", "100MB");
    Client client = clientOf(worker, router);
    assertThat(client.detect(Picture.ROCKET).status()).isEqualTo(200);

    List<Answer> answers =
        Load.run(32, 16, () -> Client.result(client.detecting(Client.MODEL, BOMB)));

    assertThat(answers)
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).isEqualTo(400);
              assertThat(answer.message())
                  .contains("takes 147MB of memory when it is decoded")
                  .contains("has 100MB for images");
              assertThat(answer.attempt()).isEqualTo(1);
            });
    assertThat(client.detect(Picture.ROCKET).status()).isEqualTo(200);
    assertThat(worker.alive()).isTrue();
  }

  /** Sixteen at once would take 1.2 GB. */
  @Test
  void pictures_that_fit_one_by_one_are_served_one_after_the_other_within_the_memory() {
    RouterProcess router = CLUSTER.router();
    PenstockProcess worker = CLUSTER.worker("w2", router, "--max-image-memory", "100MB");
    Client client = clientOf(worker, router);
    String large = bomb(5_000); // 75 MB
    assertThat(client.detect(Picture.ROCKET).status()).isEqualTo(200);
    long before = peakMemory(worker);

    List<Answer> answers =
        Load.run(16, 16, () -> Client.result(client.detecting(Client.MODEL, large)));

    assertThat(answers).extracting(Answer::status).containsOnly(200);
    assertThat(worker.alive()).isTrue();
    assertThat(peakMemory(worker) - before).isLessThan(250_000_000);
    assertThat(client.detect(Picture.ROCKET).status()).isEqualTo(200);
  }
}

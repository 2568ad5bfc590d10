package dev.penstock.worker.vision.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever files hold, the process that decodes them writes nothing of it: neither the start
 * script's environment nor anything else is needed for that.
 */
class QuietDecoderTest {
  private static final String LAST = "Java still has its standard error";

  /** Decodes good and broken files of all formats in a process of its own. */
  static final class Decoding {
    private Decoding() {}

    public static void main(String[] arguments) {
      files().forEach(Decoding::decode);
      System.err.println(LAST);
    }

    private static List<byte[]> files() {
      var files = new ArrayList<byte[]>();
      var random = new Random(5);
      for (byte[] file : PictureFiles.all().values()) {
        files.add(file);
        for (int i = 1; i < 10; i++) {
          files.add(Arrays.copyOf(file, file.length * i / 10));
          byte[] broken = file.clone();
          for (int change = 0; change < i; change++) {
            broken[20 + random.nextInt(broken.length - 20)] = (byte) random.nextInt(256);
          }
          files.add(broken);
        }
      }
      return files;
    }

    private static void decode(byte[] file) {
      try {
        ImageDecoder.decode(file, true).close();
      } catch (UnreadableImageException expected) {
        // said to the client
      }
    }
  }

  @Test
  void broken_files_leave_standard_error_empty() throws Exception {
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Decoding.class.getName());
    builder.environment().keySet().removeIf(name -> name.startsWith("OPENCV"));
    Process process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    String said =
        new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();

    assertThat(process.waitFor()).isZero();
    assertThat(said).isEqualTo(LAST);
  }
}

package dev.penstock.worker.vision.image;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No file below a megabyte holds a lane for longer than a second. */
class WorstFilesTest {
  /** A second of a processor, and what a slow one makes of it. */
  private static final Duration MOST = Duration.ofSeconds(4);

  /** A decoder computes in the thread that calls it; what else the machine does counts nothing. */
  private static final ThreadMXBean TIMES = ManagementFactory.getThreadMXBean();

  private static final Map<String, byte[]> FILES = WorstFiles.all();

  static Stream<String> files() {
    return FILES.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void a_small_file_takes_little_time_or_is_refused(String name) {
    byte[] file = requireNonNull(FILES.get(name));
    long start = TIMES.getCurrentThreadCpuTime();
    String outcome = decoded(file);
    Duration took = Duration.ofNanos(TIMES.getCurrentThreadCpuTime() - start);

    System.getLogger(WorstFilesTest.class.getName())
        .log(
            System.Logger.Level.INFO,
            "{0}: {1} bytes, {2} ms, {3}",
            name,
            file.length,
            took.toMillis(),
            outcome);
    assertThat(took).isLessThan(MOST);
  }

  private static String decoded(byte[] file) {
    try (Picture picture = ImageDecoder.decode(file, true)) {
      return picture.size().toString();
    } catch (UnreadableImageException e) {
      return e.getMessage();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "wide RGBA PNG, 8000",
        "RGB PNG, 11000",
        "BMP of row ends, 11000",
        "TIFF of the same strip, 5",
        "TIFF of strips in Lab",
        "TIFF of one wide tile"
      })
  void what_asks_for_more_work_than_its_size_allows_is_refused_before_it(String name) {
    assertThatThrownBy(() -> ImageDecoder.decode(requireNonNull(FILES.get(name)), true))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessageContaining("longer to decode than a file of that size may");
  }

  @Test
  void a_scan_that_is_repeated_is_counted() {
    assertThat(FILES.keySet().stream().filter(name -> name.startsWith("JPEG of scan")))
        .filteredOn(name -> !decoded(requireNonNull(FILES.get(name))).startsWith("ImageSize"))
        .hasSizeGreaterThan(5);
  }

  /** A plan of A0 at 300 dots an inch, nearly empty: 139 million pixels in 17 KB. */
  @Test
  void large_sparse_drawings_are_decoded() throws Exception {
    byte[] plan =
        PictureFiles.join(
            PictureFiles.signature(),
            PictureFiles.header(14_043, 9_933, 1, 0, 0),
            PictureFiles.chunk("IDAT", PictureFiles.deflated(new byte[9_933 * 1757])),
            PictureFiles.chunk("IEND", new byte[0]));

    try (Picture read = ImageDecoder.decode(plan, true)) {
      assertThat(read.size()).isEqualTo(new ImageSize(14_043, 9_933));
    }
  }

  /** As large as pictures may be, black and white, deflated: 0.4 seconds. */
  @Test
  void the_largest_plan_is_decoded_as_a_tiff() throws Exception {
    byte[] rows = PictureFiles.deflated(new byte[15_000 / 8 * 11_900]);
    int head = 200;
    byte[] plan =
        new TiffBuilder(ByteOrder.LITTLE_ENDIAN)
            .longs(256, 15_000)
            .longs(257, 11_900)
            .shorts(258, 1)
            .shorts(259, 8)
            .shorts(262, 0)
            .longs(273, head)
            .longs(278, 11_900)
            .longs(279, rows.length)
            .build(head + rows.length);
    System.arraycopy(rows, 0, plan, head, rows.length);

    try (Picture read = ImageDecoder.decode(plan, true)) {
      assertThat(read.size()).isEqualTo(new ImageSize(15_000, 11_900));
    }
  }

  @Test
  void the_memory_of_a_tile_counts_however_small_the_picture_is() {
    assertThat(ImageDecoder.demand(WorstFiles.wideTile(), 1)).isEqualTo(ImageDemand.NONE);
  }
}

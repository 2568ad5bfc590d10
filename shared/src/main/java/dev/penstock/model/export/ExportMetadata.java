package dev.penstock.model.export;

import dev.penstock.model.PackageException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an export tool noted in an ONNX file, read with errors that name the key. */
record ExportMetadata(Map<String, String> values) {
  private static final System.Logger LOG = System.getLogger(ExportMetadata.class.getName());
  private static final Pattern FAMILY = Pattern.compile("(?i)yolo[ _-]?v?([0-9]{1,2})");
  private static final Pattern RT_DETR = Pattern.compile("(?i)rt[ _-]?detr");
  private static final Pattern TRAINED_ON = Pattern.compile("(?i)\\btrained on\\b");

  /** A word with slashes. */
  private static final Pattern PATH = Pattern.compile("\\S*[/\\\\]\\S*");

  /** Options of the export, in a dictionary that need not be readable otherwise. */
  private static final Pattern NMS = Pattern.compile("['\"]nms['\"]\\s*:\\s*True\\b");

  private static final Pattern DYNAMIC = Pattern.compile("['\"]dynamic['\"]\\s*:\\s*True\\b");

  private static final int LARGEST_SIDE = 1 << 14;

  ExportMetadata {
    values = Map.copyOf(values);
  }

  /** The task as the tool calls it, or null. */
  @Nullable String task() {
    return values.get("task");
  }

  /** The number of the YOLO family, as in YOLOv8 and YOLO26; 0 when it is not said. */
  int family() {
    Matcher found = FAMILY.matcher(product());
    return found.find() ? Integer.parseInt(found.group(1)) : 0;
  }

  /**
   * What was exported, in the tool's words. What follows says on which data it was trained, and a
   * path in it may hold the name of any architecture.
   */
  private String product() {
    String description = values.getOrDefault("description", "");
    Matcher data = TRAINED_ON.matcher(description);
    String product = data.find() ? description.substring(0, data.start()) : description;
    return PATH.matcher(product).replaceAll(" ");
  }

  /** Whether the tool noted the stride of its heads, as YOLOv5, YOLOv8 and what follows them do. */
  boolean hasStride() {
    return values.containsKey("stride");
  }

  /** The repository of YOLOv5 notes stride and names, and no task. */
  boolean isOfYolov5() {
    return hasStride() && task() == null;
  }

  boolean isRtDetr() {
    return RT_DETR.matcher(product() + " " + values.getOrDefault("head", "")).find();
  }

  /**
   * Whether overlapping boxes are suppressed inside the network. The other options of the export
   * need not be readable for it.
   */
  boolean suppressesInside() {
    return values.getOrDefault("end2end", "").strip().equals("True") || hasOption(NMS);
  }

  private boolean hasOption(Pattern option) {
    return option.matcher(values.getOrDefault("args", "")).find();
  }

  /**
   * The largest batch that is answered rightly, or null when the metadata sets no limit: the
   * suppression of Ultralytics is a loop over the pictures it was traced with, also where the batch
   * is free.
   */
  @Nullable Integer largestBatch() {
    if (!hasOption(NMS) || !hasOption(DYNAMIC)) {
      return null;
    }
    String batch = values.getOrDefault("batch", "").strip();
    return batch.matches("[0-9]{1,5}")
        ? Integer.valueOf(Math.max(1, Math.min(Integer.parseInt(batch), LARGEST_SIDE)))
        : Integer.valueOf(1);
  }

  long channels(long absent) throws PackageException {
    return literal("channels") instanceof Long channels ? channels : absent;
  }

  /** Height and width in pixels; empty when nothing is said. */
  List<Integer> imageSize() throws PackageException {
    Object size = literal("imgsz");
    List<Integer> sides =
        size instanceof Long side ? integers(List.of(side, side)) : integers(size);
    boolean fits = sides.size() == 2 && sides.stream().allMatch(s -> s > 0 && s <= LARGEST_SIDE);
    if (size != null && !fits) {
      throw wrong("imgsz", "[height, width] in pixels");
    }
    return sides;
  }

  /** How many key-points an object has and how many numbers each; empty when nothing is said. */
  List<Integer> keypointShape() throws PackageException {
    return integers(literal("kpt_shape"));
  }

  /** Names of each class's key-points; empty for a class of which nothing readable is said. */
  List<List<String>> keypointNames(int classes) {
    Map<?, ?> names = Map.of();
    try {
      names = literal("kpt_names") instanceof Map<?, ?> said ? said : Map.of();
    } catch (PackageException e) {
      LOG.log(Level.DEBUG, "The key-points are numbered: {0}", e.getMessage());
    }
    var byClass = new ArrayList<List<String>>();
    for (int classId = 0; classId < classes; classId++) {
      byClass.add(
          names.get(Integer.toString(classId)) instanceof List<?> ofClass
              ? ofClass.stream().map(String::valueOf).toList()
              : List.of());
    }
    return byClass;
  }

  /**
   * Class names by class id.
   *
   * @throws PackageException when there are none, or a class id is missing
   */
  List<String> classNames() throws PackageException {
    Object names = literal("names");
    if (names instanceof List<?> list && !list.isEmpty()) {
      return list.stream().map(String::valueOf).toList();
    }
    if (!(names instanceof Map<?, ?> byId) || byId.isEmpty()) {
      throw new PackageException(
          "its metadata has no class names ('names'): put it into a folder <dataset>/<version>/"
              + " together with class_names.txt, one name on each line");
    }
    var ordered = new ArrayList<String>();
    for (int id = 0; id < byId.size(); id++) {
      Object name = byId.get(Integer.toString(id));
      if (name == null) {
        throw wrong("names", "class ids from 0 without gaps");
      }
      ordered.add(name.toString());
    }
    return ordered;
  }

  private static List<Integer> integers(@Nullable Object value) {
    return value instanceof List<?> list && list.stream().allMatch(Long.class::isInstance)
        ? list.stream()
            .map(item -> (int) Math.max(-1, Math.min((long) item, Integer.MAX_VALUE)))
            .toList()
        : List.of();
  }

  private @Nullable Object literal(String key) throws PackageException {
    String value = values.get(key);
    try {
      return value == null || value.isBlank() ? null : PythonLiteral.parse(value);
    } catch (PackageException e) {
      throw new PackageException("its metadata '%s': %s".formatted(key, e.getMessage()), e);
    }
  }

  private PackageException wrong(String key, String expected) {
    return new PackageException(
        "its metadata '%s' must be %s, not %s".formatted(key, expected, values.get(key)));
  }
}

package dev.penstock.model.layout;

import dev.penstock.config.PlainWords;
import dev.penstock.model.PackageException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads {@code keypoints_metadata.json}: the names of the key-points of each class. */
final class KeypointsParser {
  private KeypointsParser() {}

  /**
   * Names of key-points by class id; none for other tasks, which need none, whatever the file
   * holds.
   *
   * @param content null when there is no such file
   */
  static List<List<String>> of(String task, @Nullable String content) throws PackageException {
    return content == null || !task.equals("keypoint-detection") ? List.of() : parse(content);
  }

  /**
   * Names of key-points by class id.
   *
   * @throws PackageException when the classes are not numbered from 0, or a list is no such list
   */
  static List<List<String>> parse(String content) throws PackageException {
    var byClass = new TreeMap<Integer, List<String>>();
    for (JsonSection description : descriptions(content)) {
      byClass.put(description.integer("object_class_id", 0), names(description.texts("keypoints")));
    }
    if (byClass.isEmpty() || byClass.lastKey() != byClass.size() - 1) {
      throw new PackageException(
          "%s describes the classes %s: each object_class_id from 0 is needed once"
              .formatted(PackageSource.KEYPOINTS, byClass.keySet()));
    }
    return new ArrayList<>(byClass.values());
  }

  private static List<JsonSection> descriptions(String content) throws PackageException {
    try {
      var sections = new ArrayList<JsonSection>();
      for (Object description : new JsonArray(content)) {
        if (!(description instanceof JsonObject object)) {
          throw new PackageException(PackageSource.KEYPOINTS + " is not a list of objects");
        }
        sections.add(new JsonSection(PackageSource.KEYPOINTS + ":", object));
      }
      return sections;
    } catch (DecodeException e) {
      throw new PackageException(
          PackageSource.KEYPOINTS + " is not a JSON list: " + PlainWords.of(e), e);
    }
  }

  /** The reference orders them by number and takes gaps as if they were none. */
  private static List<String> names(Map<String, String> byNumber) throws PackageException {
    var ordered = new TreeMap<Integer, String>();
    for (var entry : byNumber.entrySet()) {
      try {
        ordered.put(Integer.valueOf(entry.getKey()), entry.getValue());
      } catch (NumberFormatException e) {
        throw new PackageException(
            "%s: keypoints has the member '%s', its members are numbers from 0"
                .formatted(PackageSource.KEYPOINTS, entry.getKey()),
            e);
      }
    }
    return new ArrayList<>(ordered.values());
  }
}

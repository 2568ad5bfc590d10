package dev.penstock.router.api.parameters;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One image as a client declares it.
 *
 * @param type {@code base64}, {@code url} or another word
 * @param value depends on the type
 */
public record ImageObject(String type, @Nullable Object value) {
  static final String FIELD = "image";
  private static final String AS_LIST = "list[InferenceRequestImage]";
  private static final String AS_OBJECT = "InferenceRequestImage";

  /**
   * The images of a body, given as one object or a list of them. What is neither is a problem on
   * both counts: the reference server tries a list first, then an object.
   */
  static List<ImageObject> read(JsonObject body, Problems problems) {
    if (!body.containsKey(FIELD)) {
      problems.missing(List.of("body", FIELD));
      return List.of();
    }
    Object value = body.getValue(FIELD);
    var images = new ArrayList<ImageObject>();
    var misfits = new Problems();
    if (value instanceof JsonArray list) {
      for (int i = 0; i < list.size(); i++) {
        add(images, list.getValue(i), List.of("body", FIELD, AS_LIST, i), misfits);
      }
      if (!misfits.isEmpty()) {
        misfits.notOfClass(AS_OBJECT, List.of("body", FIELD, AS_OBJECT), value);
      }
    } else {
      var asObject = new Problems();
      add(images, value, List.of("body", FIELD, AS_OBJECT), asObject);
      if (!asObject.isEmpty()) {
        misfits.add(
            "list_type", List.of("body", FIELD, AS_LIST), "Input should be a valid list", value);
        misfits.addAll(asObject);
      }
    }
    problems.addAll(misfits);
    return images;
  }

  private static void add(
      List<ImageObject> images, @Nullable Object value, List<Object> location, Problems problems) {
    if (!(value instanceof JsonObject image)) {
      problems.notOfClass(AS_OBJECT, location, value);
      return;
    }
    var typeLocation = new ArrayList<>(location);
    typeLocation.add("type");
    if (!image.containsKey("type")) {
      problems.missing(typeLocation);
    } else if (image.getValue("type") instanceof String type) {
      images.add(new ImageObject(type, image.getValue("value")));
    } else {
      problems.add(
          "string_type", typeLocation, "Input should be a valid string", image.getValue("type"));
    }
  }
}

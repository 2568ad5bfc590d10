package dev.penstock.router.internal;

import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelPackage.PackageFile;
import dev.penstock.model.ModelRepository;
import dev.penstock.model.PackagePath;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /packages/{digest}} lists the files of a package, {@code GET
 * /packages/{digest}/{file}} sends one. Only files that the package lists are ever sent.
 */
final class PackageHandler {
  static final String PREFIX = "/packages/";

  private final ModelRepository repository;

  PackageHandler(ModelRepository repository) {
    this.repository = repository;
  }

  void handle(HttpServerRequest request) {
    String[] rest = request.path().substring(PREFIX.length()).split("/", 2);
    ModelPackage found = repository.byDigest(rest[0]);
    String gone = found == null ? null : replacedBy(found);
    if (found == null) {
      Bodies.fail(request, 404, "no package " + rest[0] + " in this router's repository");
    } else if (gone != null) {
      Bodies.fail(
          request,
          404,
          "the files of %s were replaced by others that cannot be served: %s"
              .formatted(found.id(), gone));
    } else if (rest.length == 1) {
      request
          .response()
          .putHeader("Content-Type", "application/json")
          .end(manifest(found).toBuffer());
    } else {
      sendFile(request, found, nameOf(rest[1]));
    }
  }

  /** Why what lies in the place of a package's files cannot be served; null when they are there. */
  private @Nullable String replacedBy(ModelPackage found) {
    return repository.heldUp().stream()
        .filter(refusal -> refusal.modelId().equals(found.id()))
        .map(ModelRepository.Refusal::reason)
        .findFirst()
        .orElse(null);
  }

  private static String nameOf(String path) {
    try {
      return PackagePath.decode(path);
    } catch (IllegalArgumentException e) {
      return path; // no file is called so
    }
  }

  private static JsonObject manifest(ModelPackage found) {
    var files = new JsonArray();
    for (PackageFile file : found.files()) {
      files.add(
          new JsonObject()
              .put("name", file.name())
              .put("bytes", file.bytes())
              .put("sha256", file.sha256()));
    }
    return new JsonObject()
        .put("model", found.id())
        .put("digest", found.digest())
        .put("files", files);
  }

  private static void sendFile(HttpServerRequest request, ModelPackage found, String name) {
    if (found.files().stream().noneMatch(file -> file.name().equals(name))) {
      Bodies.fail(request, 404, "no file " + name + " in package " + found.digest());
      return;
    }
    request
        .response()
        .putHeader("Content-Type", "application/octet-stream")
        .sendFile(found.path(name).toString())
        .onFailure(e -> request.connection().close());
  }
}

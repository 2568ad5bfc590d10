package dev.penstock.router.internal;

import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelPackage.PackageFile;
import dev.penstock.model.ModelRepository;
import dev.penstock.router.dispatch.Requests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One package with one file, and a file beside it that is not the package's. */
final class OnePackage implements ModelRepository {
  static final String FILE = "class_names.txt";
  static final String CONTENT = "cat\ndog\n";

  private final ModelPackage model;

  OnePackage(Path folder) throws IOException {
    Files.writeString(folder.resolve(FILE), CONTENT);
    Files.writeString(folder.resolve("secret.txt"), "secret");
    ModelPackage described = Requests.modelPackage("coco/1");
    this.model =
        new ModelPackage(
            described.id(),
            "0123abcd",
            folder,
            List.of(new PackageFile(FILE, CONTENT.length(), "sum")),
            described.description());
  }

  String digest() {
    return model.digest();
  }

  @Override
  public @Nullable ModelPackage find(String modelId) {
    return modelId.equals(model.id()) ? model : null;
  }

  @Override
  public @Nullable ModelPackage byDigest(String digest) {
    return digest.equals(model.digest()) ? model : null;
  }

  @Override
  public Collection<ModelPackage> all() {
    return List.of(model);
  }

  @Override
  public List<Refusal> refusals() {
    return List.of();
  }
}

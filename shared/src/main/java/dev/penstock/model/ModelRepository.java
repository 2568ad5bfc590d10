package dev.penstock.model;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model packages that are served from this machine's folders, which may change. Safe for use by
 * any thread; look-ups never touch a disk.
 */
public interface ModelRepository {
  /**
   * The package a client means.
   *
   * @param modelId as the client spells it, {@code dataset/version}
   */
  @Nullable ModelPackage find(String modelId);

  /** The package with that identity. */
  @Nullable ModelPackage byDigest(String digest);

  /** All packages, sorted by id. */
  Collection<ModelPackage> all();

  /** What lies in the folders and cannot be served, with the reasons. */
  List<Refusal> refusals();

  /**
   * What lies in the place of packages that are served on because it cannot be served, with the
   * reasons.
   */
  default List<Refusal> heldUp() {
    return List.of();
  }

  /** Grows whenever what is served or refused has changed. */
  default long revision() {
    return 0;
  }

  /**
   * Whether a package's files still are what was read, as far as sizes and times tell. Looks at the
   * disk.
   *
   * @param modelPackage one of this repository
   */
  default boolean isIntact(ModelPackage modelPackage) {
    return true;
  }

  /**
   * Something that is not served.
   *
   * @param modelId the id it would have
   * @param reason what is wrong and what to do
   */
  record Refusal(String modelId, String reason) {}
}

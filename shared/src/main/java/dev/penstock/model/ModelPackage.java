package dev.penstock.model;

import java.nio.file.Path;
import java.util.List;

/**
 * A model and everything that describes it, as files in one folder. Its digest is its identity: two
 * packages with the same digest answer alike, whatever they are called.
 *
 * @param id canonical model id, {@code dataset/version}
 * @param digest SHA-256 in hex over names and contents of the files
 * @param folder where the files lie on this machine
 * @param weightsFile what the weights are called in that folder; among its files they are always
 *     {@value #WEIGHTS}, so that renaming an export changes nothing
 * @param files the files that belong to it, sorted by name
 * @param description what they say of the model
 */
public record ModelPackage(
    String id,
    String digest,
    Path folder,
    String weightsFile,
    List<PackageFile> files,
    ModelDescription description) {
  /** The name of a package's network. */
  public static final String WEIGHTS = "weights.onnx";

  public ModelPackage {
    files = List.copyOf(files);
  }

  /** A package whose weights are called {@value #WEIGHTS}. */
  public ModelPackage(
      String id,
      String digest,
      Path folder,
      List<PackageFile> files,
      ModelDescription description) {
    this(id, digest, folder, WEIGHTS, files, description);
  }

  /** The network's file on this machine. */
  public Path weights() {
    return path(WEIGHTS);
  }

  /** Where one of its files lies on this machine. */
  public Path path(String name) {
    return folder.resolve(name.equals(WEIGHTS) ? weightsFile : name);
  }

  /**
   * One file of a package.
   *
   * @param name path relative to the package's folder, with {@code /}
   * @param bytes its size
   * @param sha256 digest of its content in hex
   */
  public record PackageFile(String name, long bytes, String sha256) {}
}

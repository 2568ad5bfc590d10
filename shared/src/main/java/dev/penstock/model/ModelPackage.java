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
 * @param files the files that belong to it, sorted by name
 * @param description what the configuration files say
 */
public record ModelPackage(
    String id, String digest, Path folder, List<PackageFile> files, ModelDescription description) {
  public ModelPackage {
    files = List.copyOf(files);
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

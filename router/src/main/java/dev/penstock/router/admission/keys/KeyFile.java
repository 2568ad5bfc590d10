package dev.penstock.router.admission.keys;

import dev.penstock.config.PlainWords;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;

/** A file of keys on disk. */
record KeyFile(Path path) {
  /** Room for more keys than one router will ever be asked about. */
  static final int LARGEST_BYTES = 4 * 1024 * 1024;

  /**
   * What is in it now.
   *
   * @throws KeyFileException when it cannot be read or is too large
   */
  byte[] read() {
    try {
      if (Files.size(path) > LARGEST_BYTES) {
        throw new KeyFileException(
            path + " is larger than " + LARGEST_BYTES + " bytes: is it a file of keys?");
      }
      return Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      throw new KeyFileException(
          "there is no file of keys " + path + ": 'penstock keys create' makes what stands in it",
          e);
    } catch (IOException e) {
      throw new KeyFileException("the file of keys cannot be read: " + PlainWords.of(e), e);
    }
  }

  /**
   * The keys in what was read.
   *
   * @throws KeyFileException with file, line, and what is wrong
   */
  List<ApiKey> parse(byte[] content) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      return KeyFileParser.parse(path.toString(), text);
    } catch (CharacterCodingException e) {
      throw new KeyFileException(path + " is not UTF-8 text", e);
    }
  }

  /** Whether other users of this machine may read it; no where that is not known. */
  boolean isReadableByOthers() {
    try {
      return Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}

package dev.penstock.job;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What stands in a job queue for a job: enough to find its router and to know what to load, never
 * the image and never a time.
 *
 * <p>Wire form, big endian: version byte, tag, sequence, then incarnation, model and digest as
 * {@link DataOutputStream#writeUTF}. A reader ignores what follows, so that a later version can
 * append fields.
 *
 * @param id the job
 * @param model canonical model id; names the queue
 * @param digest digest of the model package the job was admitted for
 * @param tag order within the queue, smallest first; kept when the job is offered again
 */
public record JobDescriptor(JobId id, String model, String digest, long tag) {
  static final byte VERSION = 1;
  static final int TAG_OFFSET = 1;
  static final int SEQUENCE_OFFSET = TAG_OFFSET + Long.BYTES;

  /** The queued form; equal descriptors have equal bytes. */
  public byte[] toBytes() {
    var bytes = new ByteArrayOutputStream(128);
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeLong(tag);
      out.writeLong(id.sequence());
      out.writeUTF(id.incarnation());
      out.writeUTF(model);
      out.writeUTF(digest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads the queued form.
   *
   * @throws IllegalArgumentException when the bytes are no descriptor
   */
  public static JobDescriptor fromBytes(byte[] bytes) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      byte version = in.readByte();
      if (version < VERSION) {
        throw new IllegalArgumentException("descriptor of unknown version " + version);
      }
      long tag = in.readLong();
      long sequence = in.readLong();
      var id = new JobId(in.readUTF(), sequence);
      return new JobDescriptor(id, in.readUTF(), in.readUTF(), tag);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a job descriptor: " + bytes.length + " bytes", e);
    }
  }
}

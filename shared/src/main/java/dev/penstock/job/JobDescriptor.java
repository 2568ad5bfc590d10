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
 * {@link DataOutputStream#writeUTF}, then the finish tag unless it is not known. A reader ignores
 * what follows, so that a later version can append fields.
 *
 * @param id the job
 * @param model canonical model id; names the queue
 * @param digest digest of the model package the job was admitted for
 * @param tag order within the queue, smallest first; kept when the job is offered again. The start
 *     tag of fair queueing, in microseconds of virtual time
 * @param finish where the next job of the same sender starts at the earliest: what this job costs
 *     others, {@code finish - tag}, says how a worker shares its time among queues. {@link
 *     #UNKNOWN_FINISH} when nobody said
 */
public record JobDescriptor(JobId id, String model, String digest, long tag, long finish) {
  /** Of a job whose router does not say. */
  public static final long UNKNOWN_FINISH = Long.MIN_VALUE;

  static final byte VERSION = 1;
  static final int TAG_OFFSET = 1;
  static final int SEQUENCE_OFFSET = TAG_OFFSET + Long.BYTES;

  /** A job whose finish tag is not known. */
  public JobDescriptor(JobId id, String model, String digest, long tag) {
    this(id, model, digest, tag, UNKNOWN_FINISH);
  }

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
      if (finish != UNKNOWN_FINISH) {
        out.writeLong(finish);
      }
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
      String model = in.readUTF();
      String digest = in.readUTF();
      long finish = in.available() == 0 ? UNKNOWN_FINISH : in.readLong();
      return new JobDescriptor(id, model, digest, tag, finish);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a job descriptor: " + bytes.length + " bytes", e);
    }
  }
}

package dev.penstock.worker.claim;

import dev.penstock.job.wire.Frame;
import dev.penstock.job.wire.FrameReader;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import io.vertx.ext.web.codec.BodyCodec;
import io.vertx.ext.web.codec.spi.BodyStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a frame out of an answer without collecting the answer first. An answer that is no frame
 * leaves the reader without one: its status says more than its bytes.
 */
final class FrameCodec implements BodyCodec<FrameReader> {
  /** A batch of large images; far above what routers send. */
  private static final long MOST_BYTES = 2L << 30;

  /**
   * The frame that was read.
   *
   * @throws IllegalArgumentException when the answer was no frame
   */
  static Frame frame(@Nullable FrameReader read) {
    if (read == null) {
      throw new IllegalArgumentException("not a frame: an empty answer");
    }
    return read.frame();
  }

  @Override
  public BodyStream<FrameReader> stream() {
    return new FrameStream();
  }

  private static final class FrameStream implements BodyStream<FrameReader> {
    private final FrameReader reader = new FrameReader(MOST_BYTES);
    private final Promise<FrameReader> promise = Promise.promise();
    private boolean readable = true;

    @Override
    public Future<FrameReader> result() {
      return promise.future();
    }

    @Override
    public void handle(Throwable broken) {
      promise.tryFail(broken);
    }

    @Override
    public Future<Void> write(Buffer chunk) {
      if (readable) {
        try {
          reader.add(chunk);
        } catch (IllegalArgumentException noFrame) {
          readable = false;
        }
      }
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> end() {
      promise.tryComplete(reader);
      return Future.succeededFuture();
    }

    @Override
    public boolean writeQueueFull() {
      return false;
    }

    @Override
    public WriteStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
      return this;
    }

    @Override
    public WriteStream<Buffer> setWriteQueueMaxSize(int maxSize) {
      return this;
    }

    @Override
    public WriteStream<Buffer> drainHandler(@Nullable Handler<Void> handler) {
      return this;
    }
  }
}

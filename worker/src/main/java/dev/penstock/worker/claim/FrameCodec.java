package dev.penstock.worker.claim;

import dev.penstock.job.Frame;
import dev.penstock.job.FrameReader;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import io.vertx.ext.web.codec.BodyCodec;
import io.vertx.ext.web.codec.spi.BodyStream;
import org.jspecify.annotations.Nullable;

/** Reads a frame out of an answer without collecting the answer first. */
final class FrameCodec implements BodyCodec<Frame> {
  /** A batch of large images; far above what routers send. */
  private static final long MOST_BYTES = 2L << 30;

  @Override
  public BodyStream<Frame> stream() {
    return new FrameStream();
  }

  private static final class FrameStream implements BodyStream<Frame> {
    private final FrameReader reader = new FrameReader(MOST_BYTES);
    private final Promise<Frame> promise = Promise.promise();

    @Override
    public Future<Frame> result() {
      return promise.future();
    }

    @Override
    public void handle(Throwable broken) {
      promise.tryFail(broken);
    }

    @Override
    public Future<Void> write(Buffer chunk) {
      if (!promise.future().isComplete()) {
        try {
          reader.add(chunk);
        } catch (IllegalArgumentException noFrame) {
          promise.fail(noFrame);
        }
      }
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> end() {
      if (!promise.future().isComplete()) {
        try {
          promise.complete(reader.frame());
        } catch (IllegalArgumentException noFrame) {
          promise.fail(noFrame);
        }
      }
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

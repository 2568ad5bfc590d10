package dev.penstock.vertx;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.impl.ConnectionBase;
import org.jspecify.annotations.Nullable;

/**
 * What Penstock needs of Vert.x and Vert.x has no public way for. Its packages {@code internal} and
 * {@code impl} may change with any release: {@code VertxInternalsTest} has to be looked at with
 * each of them, and nothing else imports from there.
 */
public final class VertxInternals {
  private VertxInternals() {}

  /** A buffer of these bytes without a copy: they must not change as long as it is used. */
  public static Buffer wrapped(byte[] bytes) {
    return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
  }

  /**
   * Closes a connection now, whatever of an answer is unsent. {@link HttpConnection#close} waits
   * until its client has taken that, without end. Any thread.
   */
  public static void cut(HttpConnection connection) {
    if (connection instanceof ConnectionBase base) {
      // The context below Vert.x's own handler: a close of the channel would pass it, and wait.
      var unused = base.channelHandlerContext().close();
    } else {
      var unused = connection.close();
    }
  }

  /**
   * Where Vert.x itself stands among the handlers of a connection, null when it shows none. The
   * handlers are to be changed on its event loop.
   */
  public static @Nullable ChannelHandlerContext handler(HttpConnection connection) {
    return connection instanceof ConnectionBase base ? base.channelHandlerContext() : null;
  }

  /** Whether a connection takes bytes: false while its client leaves what was sent untaken. */
  public static boolean takes(HttpConnection connection) {
    return !(connection instanceof ConnectionBase base) || base.channel().isWritable();
  }
}

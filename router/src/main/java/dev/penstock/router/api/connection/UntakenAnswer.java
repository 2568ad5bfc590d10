package dev.penstock.router.api.connection;

import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is to close when its client has taken the last answer. Vert.x waits for that
 * without end; here it ends when nothing of it was taken for some looks. On its event loop.
 */
final class UntakenAnswer {
  private static final int LOOKS = 10;

  private final @Nullable ChannelHandlerContext wire;
  private long left = -1;
  private int looks;

  UntakenAnswer(HttpConnection connection) {
    this.wire = connection instanceof ConnectionBase base ? base.channelHandlerContext() : null;
  }

  /** To be called every second or so. */
  void closeIfStuck() {
    if (wire == null) {
      return;
    }
    long leftNow = wire.channel().bytesBeforeWritable();
    looks = leftNow == left ? looks + 1 : 0;
    left = leftNow;
    if (looks >= LOOKS) {
      var unused = wire.close(); // the connection itself would wait again
    }
  }
}

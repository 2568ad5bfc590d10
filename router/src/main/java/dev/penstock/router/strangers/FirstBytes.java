package dev.penstock.router.strangers;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.function.Consumer;

/** Looks at the first bytes of a connection, passes them on as they are, and is gone. */
final class FirstBytes extends ChannelInboundHandlerAdapter {
  static final int COUNT = 3;

  private final Consumer<byte[]> seen;

  FirstBytes(Consumer<byte[]> seen) {
    this.seen = seen;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    context.pipeline().remove(this);
    if (message instanceof ByteBuf bytes && bytes.readableBytes() >= COUNT) {
      var first = new byte[COUNT];
      bytes.getBytes(bytes.readerIndex(), first);
      seen.accept(first);
    }
    context.fireChannelRead(message);
  }
}

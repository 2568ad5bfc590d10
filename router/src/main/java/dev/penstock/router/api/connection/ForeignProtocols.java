package dev.penstock.router.api.connection;

import dev.penstock.vertx.VertxInternals;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;

/**
 * Has clients answered in HTTP/1.1 that speak something else on an HTTP/1 connection. Vert.x
 * answers other versions, HTTP/2 without TLS among them, with an empty 501 in their own version and
 * closes, and waits for the end of a line that in TLS may never come.
 */
final class ForeignProtocols {
  private static final byte TLS_HANDSHAKE = 22;

  private ForeignProtocols() {}

  /** To be called on the event loop of a connection before anything of it was read. */
  static void answer(HttpConnection connection, boolean secure) {
    boolean http2 = io.vertx.core.http.HttpVersion.HTTP_2.equals(connection.protocolVersion());
    ChannelHandlerContext vertx = VertxInternals.handler(connection);
    if (http2 || vertx == null) {
      return;
    }
    ChannelPipeline pipeline = vertx.pipeline();
    pipeline.addBefore(vertx.name(), "versions", new Versions());
    if (!secure) {
      pipeline.addFirst("first-byte", new FirstByte());
    }
  }

  private static void makeUnreadable(HttpRequest head, String why) {
    head.setDecoderResult(DecoderResult.failure(new IllegalArgumentException(why)));
  }

  /**
   * What cannot be parsed, or is of another version, is handed on as unreadable HTTP/1.1, and
   * nothing after it.
   */
  private static final class Versions extends ChannelInboundHandlerAdapter {
    private boolean lost;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (lost) {
        ReferenceCountUtil.release(message);
        return;
      }
      if (message instanceof HttpRequest head) {
        lost = !isReadable(head);
      }
      ctx.fireChannelRead(message);
    }

    private static boolean isReadable(HttpRequest head) {
      boolean old = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
      boolean known = old || head.protocolVersion().equals(HttpVersion.HTTP_1_1);
      boolean parsed = head.decoderResult().isSuccess();
      if (parsed && !known) {
        makeUnreadable(head, "unknown version");
      } else if (parsed && head.headers().contains("")) {
        makeUnreadable(head, "header without a name");
      }
      boolean readable = head.decoderResult().isSuccess();
      // Vert.x knows these two objects only, not what equals them.
      head.setProtocolVersion(readable && old ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1);
      return readable;
    }
  }

  /** Tells TLS from HTTP by the first byte; what follows of TLS is dropped. */
  private static final class FirstByte extends ChannelInboundHandlerAdapter {
    private boolean foreign;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (foreign) {
        ReferenceCountUtil.release(message);
      } else if (message instanceof ByteBuf bytes && bytes.isReadable()) {
        if (bytes.getByte(bytes.readerIndex()) == TLS_HANDSHAKE) {
          foreign = true;
          bytes.release();
          ctx.fireChannelRead(unreadable());
        } else {
          ctx.pipeline().remove(this);
          ctx.fireChannelRead(message);
        }
      } else {
        ctx.fireChannelRead(message);
      }
    }

    private static HttpRequest unreadable() {
      var head = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
      makeUnreadable(head, "TLS");
      return head;
    }
  }
}

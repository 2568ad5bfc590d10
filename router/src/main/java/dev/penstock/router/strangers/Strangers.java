package dev.penstock.router.strangers;

import dev.penstock.telemetry.Ticker;
import dev.penstock.vertx.VertxInternals;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.http.HttpConnection;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Says in the log who comes to a listener and speaks as one does elsewhere: whoever set the other
 * side up sees only that it fails. Once a minute for each mistake, whoever makes it. Safe for any
 * thread.
 */
public final class Strangers {
  private static final Logger LOG = System.getLogger(Strangers.class.getName());
  private static final long SAID_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Listener listener;
  private final Ticker ticker;
  private final Map<Mistake, Long> said = new EnumMap<>(Mistake.class);

  /**
   * @param listener to which they come
   */
  public Strangers(Listener listener, Ticker ticker) {
    this.listener = listener;
    this.ticker = ticker;
  }

  /** A connection was opened, and nothing of it read. On its event loop. */
  public void opened(HttpConnection connection) {
    ChannelHandlerContext handler = VertxInternals.handler(connection);
    if (!connection.isSsl() && handler != null) {
      handler.pipeline().addFirst(new FirstBytes(bytes -> began(bytes, connection)));
    }
  }

  /** A connection failed before it was one, in its handshake as a rule. */
  public void failed(Throwable failure) {
    say(Mistake.inHandshake(failure, listener), null);
  }

  private void began(byte[] bytes, HttpConnection connection) {
    say(Mistake.inPlain(bytes, listener), String.valueOf(connection.remoteAddress()));
  }

  private void say(@Nullable Mistake mistake, @Nullable String who) {
    if (mistake != null && isNews(mistake)) {
      LOG.log(Level.WARNING, mistake.sentence(who, listener));
    }
  }

  private synchronized boolean isNews(Mistake mistake) {
    long now = ticker.nanos();
    Long last = said.get(mistake);
    if (last != null && now - last < SAID_AGAIN_NANOS) {
      return false;
    }
    said.put(mistake, now);
    return true;
  }
}

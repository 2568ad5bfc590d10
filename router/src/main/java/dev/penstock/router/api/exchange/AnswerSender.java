package dev.penstock.router.api.exchange;

import dev.penstock.router.admission.Reservation;
import dev.penstock.router.api.connection.UntakenAnswers;
import dev.penstock.telemetry.Ticker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.BooleanSupplier;

/**
 * One answer on its way out. Its bytes count as memory until they have left this machine.
 *
 * <p>A long one goes piece by piece, each when the one before was taken: what is handed to the
 * network is copied into memory outside of the heap, where there is little, and clients that read
 * nothing would leave none for the answers of others.
 *
 * <p>Lives on its exchange's event loop; how far it is may be asked on any thread.
 */
final class AnswerSender implements UntakenAnswers.Untaken {
  /** What is handed to the network at once. */
  static final int PIECE_BYTES = 64 * 1024;

  /** Answers up to this length are given in any case: errors have to be said. */
  private static final int SHORT_BYTES = 8 * 1024;

  private final Exchange exchange;
  private final ExchangeServices services;
  private final Buffer body;
  private final Reservation room;
  private final Ticker ticker;
  private final long begunNanos;
  private final Promise<Void> written = Promise.promise();
  private int sent;
  private volatile long takenNanos;
  private volatile long taken;

  /**
   * @param room holds the length of the body, or nothing yet for one that is short
   */
  AnswerSender(Exchange exchange, ExchangeServices services, Buffer body, Reservation room) {
    this.exchange = exchange;
    this.services = services;
    this.body = body;
    this.room = room;
    this.ticker = services.ticker();
    this.begunNanos = ticker.nanos();
    this.takenNanos = begunNanos;
  }

  /** Whether there has to be room for an answer, however little memory there is. */
  static boolean isShort(Buffer body) {
    return body.length() <= SHORT_BYTES;
  }

  /** Sends it; completes when it was taken, fails when its client has left. */
  Future<Void> send() {
    HttpServerResponse response = exchange.request().response();
    if (body.length() <= PIECE_BYTES || HttpMethod.HEAD.equals(exchange.request().method())) {
      sent = body.length();
      response.end(body).onComplete(done -> end(done.succeeded()));
      if (!written.future().isComplete()) {
        // What was read just now ends first, and all that is written is handed to the network.
        exchange.context().runOnContext(here -> countIfUntaken());
      }
    } else {
      services.answers().begun(this);
      response.headers().set(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
      sendOn();
    }
    return written.future();
  }

  /** Nearly every answer is short and was taken at once. */
  private void countIfUntaken() {
    if (!written.future().isComplete()) {
      if (isShort(body)) {
        room.growAnyway(body.length());
      }
      services.answers().begun(this);
    }
  }

  /** A loop where a piece was taken at once: nothing may call itself once for each piece. */
  private void sendOn() {
    for (Future<Void> piece = next(); ; piece = next()) {
      if (!piece.isComplete()) {
        piece.onComplete(done -> goOn(done.succeeded()));
        return;
      }
      if (isOver(piece.succeeded())) {
        return;
      }
    }
  }

  private void goOn(boolean succeeded) {
    if (!isOver(succeeded)) {
      sendOn();
    }
  }

  private boolean isOver(boolean succeeded) {
    boolean over = !succeeded || sent == body.length();
    if (over) {
      end(succeeded);
    } else {
      progressed();
    }
    return over;
  }

  private Future<Void> next() {
    HttpServerResponse response = exchange.request().response();
    int end = Math.min(body.length(), sent + PIECE_BYTES);
    Buffer piece = body.slice(sent, end);
    sent = end;
    return end == body.length() ? response.end(piece) : response.write(piece);
  }

  private void progressed() {
    taken = sent;
    takenNanos = ticker.nanos();
  }

  private void end(boolean succeeded) {
    if (succeeded) {
      progressed();
    }
    services.answers().ended(this);
    room.release();
    if (succeeded) {
      written.tryComplete();
    } else {
      written.tryFail(new ClientGoneException());
    }
  }

  @Override
  public void breakOff(BooleanSupplier still, Runnable done) {
    exchange
        .context()
        .runOnContext(
            here -> {
              if (!written.future().isComplete() && still.getAsBoolean()) {
                done.run();
                Wire.cut(exchange.request());
                end(false);
              }
            });
  }

  @Override
  public long begunNanos() {
    return begunNanos;
  }

  @Override
  public long takenNanos() {
    return takenNanos;
  }

  @Override
  public long taken() {
    return taken;
  }

  @Override
  public long length() {
    return body.length();
  }

  @Override
  public String requestId() {
    return exchange.requestId();
  }

  @Override
  public HttpConnection connection() {
    return exchange.request().connection();
  }
}

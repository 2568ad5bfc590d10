package dev.penstock.router.api.exchange;

import dev.penstock.job.timing.Stage;
import dev.penstock.job.timing.Timeline;
import dev.penstock.job.timing.Timings;
import dev.penstock.model.ModelPackage;
import dev.penstock.router.admission.Caller;
import dev.penstock.router.admission.Priority;
import dev.penstock.router.admission.Reservation;
import dev.penstock.router.admission.keys.Grant;
import dev.penstock.telemetry.RequestRecord;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to its one answer. Lives on the event loop of its connection and is used
 * from nowhere else, but for {@link #over} and {@link #payload}.
 */
public final class Exchange {
  private static final System.Logger LOG = System.getLogger(Exchange.class.getName());
  private static final String KEY = Exchange.class.getName();

  private final HttpServerRequest request;
  private final ExchangeServices services;
  private final Context context;
  private final long startedNanos;
  private final String requestId;
  private final Reservation payload;
  private final Promise<Void> end = Promise.promise();
  private final Deadline deadline;
  private Timeline timeline;
  private final @Nullable String queryText;
  private @Nullable Query query;
  private @Nullable Grant grant;
  private Priority priority = Priority.NORMAL;
  private String route = "unknown";
  private RequestRecord.@Nullable Model model;
  private RequestRecord.@Nullable Run run;
  private RequestRecord.Load load = RequestRecord.Load.NONE;
  private @Nullable Runnable onClientGone;
  private boolean bodyIsWithheld;
  private boolean closeAfterwards;
  private volatile boolean recorded;

  private Exchange(
      HttpServerRequest request, Context context, ExchangeServices services, long startedNanos) {
    this.request = request;
    this.queryText = request.query();
    this.services = services;
    this.context = context;
    this.startedNanos = startedNanos;
    this.requestId = RequestIds.of(request.getHeader("X-Request-ID"));
    this.payload = services.admission().reservation(null);
    this.deadline = new Deadline(this, services);
    this.timeline = new Timeline(startedNanos);
    this.bodyIsWithheld = "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT));
  }

  /** The exchange of a request whose head was parsed just now. To be called on its event loop. */
  public static Exchange open(HttpServerRequest request, Vertx vertx, ExchangeServices services) {
    long started = services.ticker().nanos();
    var exchange = new Exchange(request, vertx.getOrCreateContext(), services, started);
    services.connections().began(request.connection());
    request.response().closeHandler(closed -> exchange.clientGone());
    return exchange;
  }

  /** Opens the exchange of a routed request, unless it is open, and hands it on. */
  public static void begin(RoutingContext routing, ExchangeServices services) {
    if (begun(routing)) {
      routing.next();
      return;
    }
    var exchange = open(routing.request(), routing.vertx(), services);
    routing.put(KEY, exchange);
    if (!Wire.isFramed(exchange.request)) {
      exchange.closeAfterwards();
      exchange.answer(
          Answer.message(
              400, "The Transfer-Encoding is unknown. Send the body chunked, or its length."));
    } else {
      routing.next();
    }
  }

  /** Answers preflights, about the path by which routes are found, and hands on the others. */
  public static void preflight(RoutingContext routing, ExchangeServices services) {
    Exchange exchange = of(routing);
    if (services.cors().isPreflight(exchange.request)) {
      exchange
          .route("preflight")
          .answer(services.cors().preflight(exchange.request, routing.normalizedPath()));
    } else {
      routing.next();
    }
  }

  /** Whether {@link #begin} has been there. */
  public static boolean begun(RoutingContext routing) {
    return routing.get(KEY) != null;
  }

  /** The exchange that {@link #begin} put there. */
  public static Exchange of(RoutingContext routing) {
    Exchange exchange = routing.get(KEY);
    return exchange;
  }

  public HttpServerRequest request() {
    return request;
  }

  /** The event loop it lives on. */
  public Context context() {
    return context;
  }

  public String requestId() {
    return requestId;
  }

  /**
   * The parameters in the URL.
   *
   * @throws ApiException with status 400 when there are too many
   */
  public Query query() {
    if (query == null) {
      query = Query.parse(queryText);
    }
    return query;
  }

  /** Says what the request may do. */
  public void grant(Grant decided) {
    grant = decided;
  }

  /** What the request may do, null while that is not decided. */
  public @Nullable Grant grantIfDecided() {
    return grant;
  }

  /**
   * What the request may do.
   *
   * @throws IllegalStateException when nobody has decided: nothing is allowed by default
   */
  public Grant grant() {
    if (grant == null) {
      throw new IllegalStateException("nobody has looked for the key of a request to " + route);
    }
    return grant;
  }

  /** On whose behalf the request runs, as far as it is known yet. */
  public Caller caller() {
    return grant == null ? Caller.ANONYMOUS : grant.caller();
  }

  /** The memory its body and images take. */
  public Reservation payload() {
    return payload;
  }

  /** Until when it is answered. */
  public Deadline deadline() {
    return deadline;
  }

  /** How urgent the request is among its caller's own. */
  public Priority priority() {
    return priority;
  }

  /** Says how urgent the request is. */
  public void priority(Priority urgency) {
    priority = urgency;
  }

  /** When the head was parsed, on this router's clock. */
  public long startedNanos() {
    return startedNanos;
  }

  /** When the last byte was there, on this router's clock. */
  public long receivedNanos() {
    return timeline.at(Stage.RECEIVED);
  }

  /** Says which family of endpoints took the request. */
  public Exchange route(String family) {
    route = family;
    return this;
  }

  /** Whether the client waits to be asked for its body. */
  boolean bodyIsWithheld() {
    return bodyIsWithheld;
  }

  void askForBody() {
    bodyIsWithheld = false;
    request.response().writeContinue();
  }

  /** Says that the last byte of the request is there. */
  void received() {
    timeline.stamp(Stage.RECEIVED, services.ticker().nanos());
  }

  /** Says which model the request is for. */
  public void model(String requested, ModelPackage found) {
    model = new RequestRecord.Model(requested, found.id());
  }

  /** Says what loading the model cost. */
  public void load(RequestRecord.Load cost) {
    load = cost;
  }

  /**
   * Says how the request ran.
   *
   * @param critical stamped up to {@link Stage#RETURNED}; replaces what this exchange had measured
   */
  public void ran(Timeline critical, RequestRecord.Run how) {
    timeline = critical;
    run = how;
  }

  /** Calls the action when the client leaves before it was answered. */
  public void onClientGone(Runnable action) {
    onClientGone = action;
  }

  /** Completes when the request was answered or its client has left, whichever it is. */
  public Future<Void> end() {
    return end.future();
  }

  /** Breaks the request off: its client gets no answer, or sends what nobody reads. */
  void hangUp() {
    Wire.hangUp(request);
  }

  /** The connection cannot be used after the answer: what follows on it is not understood. */
  public void closeAfterwards() {
    closeAfterwards = true;
  }

  /** Whether nobody waits for an answer any more. May be asked on any thread. */
  public boolean over() {
    return recorded;
  }

  /** Answers with the error that ended the request. */
  public void fail(Throwable error) {
    if (error instanceof ClientGoneException) {
      clientGone();
    } else if (error instanceof ApiException expected) {
      answer(expected.answer());
    } else {
      LOG.log(System.Logger.Level.ERROR, "request " + requestId + " failed", error);
      answer(
          Answer.message(
              500,
              "Internal error. Try again; if it happens again, tell the operator the request id "
                  + requestId
                  + "."));
    }
  }

  /**
   * Writes the answer, the headers that belong to it, and the record of both. At most once. What
   * there is no memory for while it is read is replaced by a refusal that says so.
   */
  public void answer(Answer asked) {
    if (recorded) {
      return;
    }
    Reservation room = services.admission().answer(caller());
    Answer answer = withRoom(asked, room);
    RequestRecord answered = record(answer.status(), answer.retryAfterSeconds());
    HttpServerResponse response = request.response();
    response.setStatusCode(answer.status());
    response.headers().set(HttpHeaders.CONTENT_TYPE, answer.contentType());
    AnswerHeaders.addTo(response.headers(), answered);
    services.cors().addTo(response.headers(), request, answer.status());
    // Whether a body comes that was not asked for is the client's choice: nobody could tell what
    // follows on the connection.
    boolean leaving = services.draining().getAsBoolean();
    boolean atOnce = closeAfterwards || bodyIsWithheld;
    if (atOnce || leaving) {
      Wire.announce(request, atOnce);
    }
    var written = new AnswerSender(this, services, answer.body(), room).send();
    written.onComplete(done -> services.connections().ended(request.connection()));
    if (atOnce || leaving) {
      Wire.finish(request, written, atOnce, leaving);
    }
  }

  private static Answer withRoom(Answer asked, Reservation room) {
    return AnswerSender.isShort(asked.body())
        ? asked
        : room.grow(asked.body().length())
            .map(refusal -> ApiException.refused(refusal).answer())
            .orElse(asked);
  }

  private void clientGone() {
    if (recorded) {
      return;
    }
    if (onClientGone != null) {
      onClientGone.run();
    }
    record(RequestRecord.CLIENT_GONE, 0);
    services.connections().ended(request.connection());
  }

  private RequestRecord record(int status, int retryAfterSeconds) {
    recorded = true;
    deadline.letGo();
    payload.release();
    end.complete();
    timeline.stamp(Stage.ANSWERED, services.ticker().nanos());
    Timings timings = timeline.timings();
    String path = Objects.requireNonNullElse(request.path(), "");
    String caller = grant == null ? "" : grant.name();
    var call =
        new RequestRecord.Call(
            requestId,
            LoggedPath.method(request.method().name()),
            LoggedPath.of(path),
            route,
            caller);
    var answered =
        new RequestRecord(
            services.clock().instant(), call, status, model, run, load, retryAfterSeconds, timings);
    services.log().accept(answered);
    return answered;
  }
}

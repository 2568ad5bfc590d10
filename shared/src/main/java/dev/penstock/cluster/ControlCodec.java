package dev.penstock.cluster;

import dev.penstock.cluster.ControlMessage.Backlog;
import dev.penstock.cluster.ControlMessage.Cancel;
import dev.penstock.cluster.ControlMessage.Executing;
import dev.penstock.cluster.ControlMessage.HandBack;
import dev.penstock.cluster.ControlMessage.Held;
import dev.penstock.cluster.ControlMessage.Hello;
import dev.penstock.cluster.ControlMessage.Load;
import dev.penstock.cluster.ControlMessage.LoadFailed;
import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.cluster.ControlMessage.Progress;
import dev.penstock.cluster.ControlMessage.Renew;
import dev.penstock.cluster.ControlMessage.Resident;
import dev.penstock.cluster.ControlMessage.Ring;
import dev.penstock.cluster.ControlMessage.State;
import dev.penstock.cluster.ControlMessage.Unload;
import dev.penstock.cluster.ControlMessage.Waiting;
import dev.penstock.cluster.ControlMessage.Want;
import dev.penstock.cluster.ControlMessage.Wants;
import dev.penstock.cluster.ControlMessage.Welcome;
import dev.penstock.cluster.ControlMessage.WorkerState;
import dev.penstock.job.JobId;
import dev.penstock.job.KnownName;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The wire form of control messages: one JSON object in a text frame, its type in the member {@code
 * t}.
 */
public final class ControlCodec {
  /** Version of the control channel, said in {@code Hello} and {@code Welcome}. */
  static final int VERSION = 1;

  private static final String FAILING = "failing";

  private ControlCodec() {}

  public static String encode(ControlMessage message) {
    JsonObject json =
        message instanceof ControlMessage.FromWorker fromWorker
            ? workerJson(fromWorker)
            : routerJson((ControlMessage.FromRouter) message);
    return json.encode();
  }

  private static JsonObject workerJson(ControlMessage.FromWorker message) {
    if (message instanceof Hello m) {
      return of("hello")
          .put("version", VERSION)
          .put("worker", m.workerId())
          .put("instance", m.instance())
          .put("device", m.device());
    } else if (message instanceof State m) {
      return stateJson(m);
    } else if (message instanceof Wants m) {
      return of("wants").put("want", m.want().name());
    } else if (message instanceof Renew m) {
      return of("renew")
          .put("progress", array(m.progress(), ControlCodec::progress))
          .put("leases", array(m.leases(), ControlCodec::held));
    } else if (message instanceof Executing m) {
      return of("executing").put("jobs", array(m.jobs(), JobId::toString)).put("alone", m.alone());
    } else if (message instanceof HandBack m) {
      return of("handBack").put("jobs", array(m.jobs(), JobId::toString));
    } else if (message instanceof LoadFailed m) {
      return ref(of("loadFailed"), m.model()).put("reason", m.reason());
    }
    throw new IllegalArgumentException("no wire form: " + message);
  }

  /**
   * A worker that fails says that it loads, and why beside it: routers that know no other states
   * give it no jobs either.
   */
  private static JsonObject stateJson(State message) {
    boolean failing = message.state() == WorkerState.FAILING;
    JsonObject json =
        of("state")
            .put("state", (failing ? WorkerState.LOADING : message.state()).name())
            .put("residents", array(message.residents(), ControlCodec::resident))
            .put("progress", array(message.progress(), ControlCodec::progress));
    return failing ? json.put(FAILING, String.valueOf(message.reason())) : json;
  }

  private static State readState(JsonObject json) {
    String failing = json.getString(FAILING);
    return new State(
        failing == null
            // In a state that only a later version knows it is not known to serve.
            ? KnownName.of(WorkerState.class, required(json, "state"), WorkerState.LOADING)
            : WorkerState.FAILING,
        list(json, "residents", ControlCodec::readResident),
        list(json, "progress", ControlCodec::readProgress),
        failing);
  }

  private static JsonObject routerJson(ControlMessage.FromRouter message) {
    if (message instanceof Welcome m) {
      return of("welcome")
          .put("version", VERSION)
          .put("incarnation", m.incarnation())
          .put("catalog", array(m.catalog(), model -> ref(new JsonObject(), model)))
          .put("preload", new JsonArray(m.preload()))
          .put("virtualTimes", new JsonObject(new HashMap<>(m.virtualTimes())));
    } else if (message instanceof Ring m) {
      return ref(of("ring"), m.model());
    } else if (message instanceof Backlog m) {
      return of("backlog").put("queues", array(m.queues(), ControlCodec::waiting));
    } else if (message instanceof Cancel m) {
      return of("cancel").put("jobs", array(m.jobs(), JobId::toString));
    } else if (message instanceof Load m) {
      return ref(of("load"), m.model());
    } else if (message instanceof Unload m) {
      return ref(of("unload"), m.model());
    }
    throw new IllegalArgumentException("no wire form: " + message);
  }

  /**
   * Reads a text frame.
   *
   * @return null when the message is of a type this version does not know
   * @throws IllegalArgumentException when the text is no control message
   */
  public static @Nullable ControlMessage decode(String text) {
    try {
      var json = new JsonObject(text);
      return switch (json.getString("t", "")) {
        case "hello" ->
            new Hello(
                required(json, "worker"), required(json, "instance"), required(json, "device"));
        case "state" -> readState(json);
        // Whatever else a later version may want, it is no ring.
        case "wants" -> new Wants(KnownName.of(Want.class, required(json, "want"), Want.NOTHING));
        case "renew" ->
            new Renew(
                list(json, "progress", ControlCodec::readProgress),
                list(json, "leases", ControlCodec::readHeld));
        case "executing" ->
            new Executing(
                list(json, "jobs", ControlCodec::readId), json.getBoolean("alone", false));
        case "handBack" -> new HandBack(list(json, "jobs", ControlCodec::readId));
        case "loadFailed" ->
            new LoadFailed(readRef(json), json.getString("reason", "no reason given"));
        case "welcome" ->
            new Welcome(
                required(json, "incarnation"),
                list(json, "catalog", item -> readRef((JsonObject) item)),
                list(json, "preload", String.class::cast),
                readVirtualTimes(json.getJsonObject("virtualTimes", new JsonObject())));
        case "ring" -> new Ring(readRef(json));
        case "backlog" -> new Backlog(list(json, "queues", ControlCodec::readWaiting));
        case "cancel" -> new Cancel(list(json, "jobs", ControlCodec::readId));
        case "load" -> new Load(readRef(json));
        case "unload" -> new Unload(readRef(json));
        default -> null;
      };
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("not a control message: " + text, e);
    }
  }

  private static JsonObject of(String type) {
    return new JsonObject().put("t", type);
  }

  private static JsonObject ref(JsonObject json, ModelRef model) {
    return json.put("model", model.model()).put("digest", model.digest());
  }

  private static ModelRef readRef(JsonObject json) {
    return new ModelRef(required(json, "model"), required(json, "digest"));
  }

  private static JsonObject resident(Resident resident) {
    return ref(new JsonObject(), new ModelRef(resident.model(), resident.digest()))
        .put("loadNanos", resident.loadNanos());
  }

  private static Resident readResident(Object item) {
    var json = (JsonObject) item;
    return new Resident(
        required(json, "model"), required(json, "digest"), json.getLong("loadNanos", 0L));
  }

  private static JsonArray progress(Progress progress) {
    return JsonArray.of(progress.model(), progress.virtualTime(), progress.jobNanos());
  }

  private static Progress readProgress(Object item) {
    var array = (JsonArray) item;
    return new Progress(array.getString(0), array.getLong(1), array.getLong(2));
  }

  private static Map<String, Long> readVirtualTimes(JsonObject json) {
    var virtualTimes = new HashMap<String, Long>();
    json.forEach(
        entry -> virtualTimes.put(entry.getKey(), ((Number) entry.getValue()).longValue()));
    return virtualTimes;
  }

  private static JsonArray held(Held held) {
    return JsonArray.of(held.job().toString(), held.executingNanos());
  }

  private static Held readHeld(Object item) {
    var array = (JsonArray) item;
    return new Held(readId(array.getString(0)), array.getLong(1));
  }

  private static JsonObject waiting(Waiting waiting) {
    return ref(new JsonObject(), waiting.model())
        .put("jobs", waiting.jobs())
        .put("oldestNanos", waiting.oldestNanos())
        .put("virtualTime", waiting.virtualTime());
  }

  private static Waiting readWaiting(Object item) {
    var json = (JsonObject) item;
    return new Waiting(
        readRef(json),
        json.getInteger("jobs", 1),
        json.getLong("oldestNanos", 0L),
        json.getLong("virtualTime", 0L));
  }

  private static JobId readId(Object item) {
    return JobId.parse((String) item);
  }

  private static String required(JsonObject json, String member) {
    String value = json.getString(member);
    if (value == null) {
      throw new IllegalArgumentException("member '" + member + "' is missing");
    }
    return value;
  }

  private static <T> JsonArray array(List<T> items, Function<T, ?> encode) {
    var array = new JsonArray();
    items.forEach(item -> array.add(encode.apply(item)));
    return array;
  }

  private static <T> List<T> list(JsonObject json, String member, Function<Object, T> decode) {
    return json.getJsonArray(member, new JsonArray()).stream().map(decode).toList();
  }
}

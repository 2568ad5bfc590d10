package dev.penstock.router.dispatch.catalog;

import dev.penstock.cluster.ControlMessage.ModelRef;
import dev.penstock.model.ModelPackage;
import dev.penstock.model.ModelRepository;
import dev.penstock.router.dispatch.workers.Prospect;
import dev.penstock.telemetry.Ticker;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The packages that requests are answered by: those of a repository, but for one that was replaced
 * while workers have it in memory. It answers on until its successor is in memory of a worker that
 * serves, and warm, whatever becomes of that successor's files and loads.
 *
 * <p>INVARIANT: while a worker that serves has a package in memory that requests for an id are
 * answered by, and the repository serves that id, such requests are never admitted for a package
 * that no such worker has.
 *
 * <p>There is no bound in time on it: a package that works is not given up for one that was not yet
 * seen to. It ends when the id is removed, and does not hold while nobody has the one before.
 * Look-ups take no lock unless something is being replaced.
 */
public final class LiveModels implements ModelRepository {
  private static final System.Logger LOG = System.getLogger(LiveModels.class.getName());
  private static final int SHORT = 12;

  private final ModelRepository repository;
  private final Fleet fleet;
  private final Ticker ticker;

  /** What is waited for, by id; guarded by this. */
  private final Map<String, Successor> successors = new HashMap<>();

  private long seenRevision = -1;

  /** What requests were answered by last, as far as it was seen to work. */
  private volatile Map<String, ModelPackage> current = Map.of();

  /** Why successors are waited for. */
  private volatile List<Refusal> awaited = List.of();

  private volatile Set<ModelRef> heldOn = Set.of();

  /** What workers have in memory. */
  public interface Fleet {
    /** Whether a worker that serves has the package in memory. */
    boolean isResident(String digest);

    /** Sees to it that some worker has the package or loads it. */
    Prospect ensureServed(ModelRef model);
  }

  public LiveModels(ModelRepository repository, Fleet fleet, Ticker ticker) {
    this.repository = repository;
    this.fleet = fleet;
    this.ticker = ticker;
    refresh();
  }

  /** Decides anew what answers. To be called often; costs nothing while nothing is replaced. */
  public synchronized void refresh() {
    long revision = repository.revision();
    if (revision == seenRevision && successors.isEmpty()) {
      return;
    }
    seenRevision = revision;
    var next = new HashMap<String, ModelPackage>();
    for (ModelPackage fresh : repository.all()) {
      ModelPackage before = current.get(fresh.id());
      next.put(fresh.id(), before == null ? fresh : chosen(before, fresh));
    }
    successors.keySet().retainAll(next.keySet());
    current = Map.copyOf(next);
    awaited =
        successors.entrySet().stream()
            .filter(entry -> entry.getValue().isAwaited())
            .sorted(Map.Entry.comparingByKey())
            .map(entry -> new Refusal(entry.getKey(), entry.getValue().toString()))
            .toList();
    Set<String> ids = awaited.stream().map(Refusal::modelId).collect(Collectors.toSet());
    heldOn =
        next.values().stream()
            .filter(model -> ids.contains(model.id()))
            .map(model -> new ModelRef(model.id(), model.digest()))
            .collect(Collectors.toSet());
  }

  /** The one before is kept in mind until its successor has been seen to work. */
  private ModelPackage chosen(ModelPackage before, ModelPackage fresh) {
    boolean same = before.digest().equals(fresh.digest());
    if (same || fleet.isResident(fresh.digest())) {
      successors.remove(fresh.id());
      if (!same) {
        LOG.log(Level.INFO, "model {0} is answered by {1} from now on", fresh.id(), brief(fresh));
      }
      return fresh;
    }
    Successor successor = successors.get(fresh.id());
    if (successor == null || !successor.digest().equals(fresh.digest())) {
      successor = new Successor(fresh.digest());
      successors.put(fresh.id(), successor);
    }
    // When nobody has the one before, requests ask for the successor themselves.
    if (successor.awaited(fleet.isResident(before.digest()))) {
      successor.ask(fresh, fleet, ticker.nanos());
    }
    return before;
  }

  static String brief(ModelPackage model) {
    return model.digest().substring(0, Math.min(SHORT, model.digest().length()));
  }

  /** The packages that answer although the repository has others in their place. */
  public Set<ModelRef> heldOn() {
    return heldOn;
  }

  @Override
  public @Nullable ModelPackage find(String modelId) {
    ModelPackage fresh = repository.find(modelId);
    return fresh == null ? null : live(fresh);
  }

  private ModelPackage live(ModelPackage fresh) {
    ModelPackage before = current.get(fresh.id());
    if (before == null || before.digest().equals(fresh.digest())) {
      return fresh;
    }
    boolean holdsOn = !fleet.isResident(fresh.digest()) && fleet.isResident(before.digest());
    return holdsOn ? before : fresh;
  }

  @Override
  public @Nullable ModelPackage byDigest(String digest) {
    return repository.byDigest(digest);
  }

  @Override
  public Collection<ModelPackage> all() {
    return repository.all().stream().map(this::live).toList();
  }

  @Override
  public List<Refusal> refusals() {
    return repository.refusals();
  }

  @Override
  public List<Refusal> heldUp() {
    var all = new ArrayList<>(repository.heldUp());
    all.addAll(awaited);
    return all;
  }

  @Override
  public long revision() {
    return repository.revision();
  }

  @Override
  public boolean isIntact(ModelPackage modelPackage) {
    return repository.isIntact(modelPackage);
  }
}

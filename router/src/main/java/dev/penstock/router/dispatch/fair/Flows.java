package dev.penstock.router.dispatch.fair;

import dev.penstock.router.admission.Priority;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The flows that are remembered, found by caller and by model. Guarded by {@link FairTags}.
 *
 * <p>A caller's clock is what its jobs cost over its weight, all together. While flows of it share
 * what it has, the clock goes on as virtual time does; but it does so whatever other callers, and
 * queues of other models, are at.
 */
final class Flows {
  private final Map<String, OfCaller> byCaller = new HashMap<>();
  private final Map<String, Set<Flow>> byModel = new HashMap<>();
  private int size;

  /** What is remembered of one caller. */
  static final class OfCaller {
    private final Set<Flow> flows = new LinkedHashSet<>();
    double clock;

    Collection<Flow> flows() {
      return flows;
    }
  }

  int size() {
    return size;
  }

  OfCaller ofCaller(String caller) {
    return byCaller.computeIfAbsent(caller, key -> new OfCaller());
  }

  /** The flow, a new one if it is not remembered. */
  Flow of(String caller, Priority priority, String model) {
    OfCaller known = ofCaller(caller);
    for (Flow flow : known.flows) {
      if (flow.priority == priority && flow.model.equals(model)) {
        return flow;
      }
    }
    var flow = new Flow(caller, priority, model);
    known.flows.add(flow);
    byModel.computeIfAbsent(model, key -> new LinkedHashSet<>()).add(flow);
    size++;
    return flow;
  }

  Collection<Flow> ofModel(String model) {
    return byModel.getOrDefault(model, Set.of());
  }

  /** A copy of them all. */
  List<Flow> all() {
    var all = new ArrayList<Flow>(size);
    byCaller.values().forEach(caller -> all.addAll(caller.flows));
    return all;
  }

  /** Forgets some of these. */
  void forget(Collection<Flow> among, Predicate<Flow> which) {
    List.copyOf(among).stream().filter(which).forEach(this::forget);
  }

  private void forget(Flow flow) {
    OfCaller caller = byCaller.get(flow.caller);
    if (caller != null && caller.flows.remove(flow) && caller.flows.isEmpty()) {
      byCaller.remove(flow.caller);
    }
    Set<Flow> ofModel = byModel.get(flow.model);
    if (ofModel != null && ofModel.remove(flow) && ofModel.isEmpty()) {
      byModel.remove(flow.model);
    }
    size--;
  }
}

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

/** The flows that are remembered, found by caller and by model. Guarded by {@link FairTags}. */
final class Flows {
  private final Map<String, Set<Flow>> byCaller = new HashMap<>();
  private final Map<String, Set<Flow>> byModel = new HashMap<>();
  private int size;

  int size() {
    return size;
  }

  /** The flow, a new one if it is not remembered. */
  Flow of(String caller, Priority priority, String model) {
    for (Flow flow : ofCaller(caller)) {
      if (flow.priority == priority && flow.model.equals(model)) {
        return flow;
      }
    }
    var flow = new Flow(caller, priority, model);
    byCaller.computeIfAbsent(caller, key -> new LinkedHashSet<>()).add(flow);
    byModel.computeIfAbsent(model, key -> new LinkedHashSet<>()).add(flow);
    size++;
    return flow;
  }

  Collection<Flow> ofCaller(String caller) {
    return byCaller.getOrDefault(caller, Set.of());
  }

  Collection<Flow> ofModel(String model) {
    return byModel.getOrDefault(model, Set.of());
  }

  /** A copy of them all. */
  List<Flow> all() {
    var all = new ArrayList<Flow>(size);
    byCaller.values().forEach(all::addAll);
    return all;
  }

  /** Forgets some of these. */
  void forget(Collection<Flow> among, Predicate<Flow> which) {
    List.copyOf(among).stream().filter(which).forEach(this::forget);
  }

  private void forget(Flow flow) {
    remove(byCaller, flow.caller, flow);
    remove(byModel, flow.model, flow);
    size--;
  }

  private static void remove(Map<String, Set<Flow>> index, String key, Flow flow) {
    Set<Flow> flows = index.get(key);
    if (flows != null && flows.remove(flow) && flows.isEmpty()) {
      index.remove(key);
    }
  }
}

package dev.penstock.router.api;

import dev.penstock.model.ModelPackage;
import dev.penstock.router.admission.keys.ModelPatterns;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The models this router was asked for, under the ids clients used: clients look for the very id
 * they sent. Safe for use by any thread; its description is prepared, because the SDK asks for it
 * before every inference.
 */
final class ModelRegistry {
  /** Clients can spell one id in many ways; of that the newest spellings are remembered. */
  private static final int MOST_ENTRIES = 1_000;

  private static final List<String> UNKNOWN_MEMORY =
      List.of(
          "total_vram_bytes",
          "gpu_memory_used",
          "gpu_memory_total",
          "torch_cuda_allocated",
          "torch_cuda_reserved",
          "torch_cuda_allocator_cache",
          "non_torch_gpu_memory");

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private final Map<ModelPatterns, Buffer> descriptions = new ConcurrentHashMap<>();

  private record Entry(ModelPackage model, SortedSet<String> paths) {}

  /**
   * Remembers that a model was asked for.
   *
   * @param requested the id as the client spelled it
   * @param path the path it was asked for through, null for none
   */
  void add(String requested, ModelPackage model, @Nullable String path) {
    if (known.contains(key(requested, model, path))) {
      return;
    }
    synchronized (this) {
      if (!entries.containsKey(requested) && entries.size() >= MOST_ENTRIES) {
        forgetEldest();
      }
      Entry entry = entries.get(requested);
      if (entry == null || !entry.model.digest().equals(model.digest())) {
        entry = new Entry(model, new TreeSet<>());
        entries.put(requested, entry);
        forgetKeys(requested);
      }
      if (path != null) {
        entry.paths.add(path);
      }
      known.add(key(requested, model, path));
      descriptions.clear();
    }
  }

  /**
   * Forgets an id.
   *
   * @return its package when no other id is left that means it
   */
  synchronized @Nullable ModelPackage remove(String requested) {
    Entry removed = entries.remove(requested);
    if (removed == null) {
      return null;
    }
    forgetKeys(requested);
    descriptions.clear();
    boolean usedElsewhere =
        entries.values().stream()
            .anyMatch(other -> other.model.digest().equals(removed.model.digest()));
    return usedElsewhere ? null : removed.model;
  }

  /**
   * Forgets all.
   *
   * @return the packages that were there, each once
   */
  synchronized List<ModelPackage> clear() {
    var packages = new LinkedHashMap<String, ModelPackage>();
    entries.values().forEach(entry -> packages.put(entry.model.digest(), entry.model));
    entries.clear();
    known.clear();
    descriptions.clear();
    return new ArrayList<>(packages.values());
  }

  /**
   * The body of every answer of {@code /model/*}; shared, not to be changed.
   *
   * @param visible which models are listed
   */
  Buffer description(ModelPatterns visible) {
    Buffer prepared = descriptions.get(visible);
    return prepared == null ? prepare(visible) : prepared;
  }

  private synchronized Buffer prepare(ModelPatterns visible) {
    var models = new ArrayList<JsonObject>();
    entries.forEach(
        (id, entry) -> {
          if (visible.allow(entry.model.id())) {
            models.add(describe(id, entry));
          }
        });
    Buffer prepared = describe(models);
    descriptions.put(visible, prepared);
    return prepared;
  }

  private void forgetEldest() {
    String eldest = entries.keySet().iterator().next();
    entries.remove(eldest);
    forgetKeys(eldest);
  }

  private void forgetKeys(String requested) {
    known.removeIf(key -> key.startsWith(requested + '\n'));
  }

  private static String key(String requested, ModelPackage model, @Nullable String path) {
    return requested + '\n' + model.digest() + '\n' + (path == null ? "" : path);
  }

  /** Clients choose their endpoint by it and know one kind of classification. */
  private static String taskType(ModelPackage model) {
    String task = model.description().taskType();
    return task.equals("multi-label-classification") ? "classification" : task;
  }

  private static JsonObject describe(String id, Entry entry) {
    String canonical = entry.model.id();
    return new JsonObject()
        .put("model_id", id)
        .put("task_type", taskType(entry.model))
        .putNull("batch_size")
        .put("input_height", entry.model.description().input().height())
        .put("input_width", entry.model.description().input().width())
        .putNull("vram_bytes")
        .put("request_aliases", id.equals(canonical) ? new JsonArray() : JsonArray.of(id))
        .put("request_paths", new JsonArray(new ArrayList<>(entry.paths)));
  }

  private static Buffer describe(List<JsonObject> models) {
    var all = new JsonObject().put("models", new JsonArray(new ArrayList<>(models)));
    UNKNOWN_MEMORY.forEach(all::putNull);
    return all.toBuffer();
  }
}

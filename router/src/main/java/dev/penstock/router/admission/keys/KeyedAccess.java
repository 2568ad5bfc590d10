package dev.penstock.router.admission.keys;

import dev.penstock.router.admission.Caller;
import dev.penstock.telemetry.Ticker;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Only keys of a key file may do something. What it remembers is bounded by the file. */
final class KeyedAccess implements Access {
  private final Ticker ticker;
  private volatile Map<KeyHash, Grant> grants = Map.of();

  KeyedAccess(Collection<ApiKey> keys, Ticker ticker) {
    this.ticker = ticker;
    replace(keys);
  }

  @Override
  public @Nullable Grant of(@Nullable String key) {
    return key == null || key.length() > KeyHash.LONGEST_KEY ? null : grants.get(KeyHash.of(key));
  }

  /**
   * Knows these keys from now on and no others. A key whose limit stays the same has used as much
   * of it as before.
   */
  void replace(Collection<ApiKey> keys) {
    Map<String, Quota> used =
        grants.values().stream().collect(Collectors.toMap(Grant::name, Grant::quota));
    var next = new HashMap<KeyHash, Grant>();
    for (ApiKey key : keys) {
      Quota before = used.get(key.name());
      Quota quota =
          before != null && before.has(key.limit()) ? before : Quota.of(key.limit(), ticker);
      var caller = new Caller(key.name(), key.weight());
      next.put(key.hash(), new Grant(caller, key.name(), key.models(), key.admin(), quota));
    }
    grants = Map.copyOf(next);
  }
}

package dev.penstock.router;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.config.RouterConfig;
import dev.penstock.model.ModelRepository;
import io.vertx.core.Vertx;

/** A running router. */
@SuppressWarnings("NullAway")
public final class RouterNode {
  private RouterNode() {}

  /**
   * Starts a router and returns when it serves. Blocks; not for event loops.
   *
   * @throws dev.penstock.config.StartupException when it cannot serve, with a sentence for the
   *     person at the terminal
   */
  public static RouterNode start(Vertx vertx, RouterConfig config, ModelRepository repository) {
    if (outline()) {
      throw new UnsupportedOperationException(vertx + " " + config + " " + repository);
    }
    return null;
  }

  /** The bound public port. */
  public int port() {
    return 0;
  }

  /** The bound port of claims, results, control and packages. */
  public int internalPort() {
    return 0;
  }

  /** The bound Hazelcast port. */
  public int clusterPort() {
    return 0;
  }

  /** The cluster member, for a worker in the same process. */
  public HazelcastInstance hazelcast() {
    if (outline()) {
      throw new UnsupportedOperationException();
    }
    return null;
  }

  /** Whether a warm worker can be reached. */
  public boolean ready() {
    return false;
  }

  /**
   * Leaves in order: not ready, drain delay, no new requests, finishes what it has, leaves the
   * cluster. Blocks.
   */
  public void stop() {}

  private static boolean outline() {
    return true;
  }
}

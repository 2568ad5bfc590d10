package dev.penstock.worker;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.config.WorkerConfig;
import dev.penstock.model.ModelRepository;
import dev.penstock.worker.engine.Device;
import io.vertx.core.Vertx;

/** A running worker. */
@SuppressWarnings("NullAway")
public final class WorkerNode {
  private WorkerNode() {}

  /**
   * Joins the routers of the configuration, loads what is to be preloaded and returns when the
   * worker is ready. Blocks; not for event loops.
   *
   * @param repository packages that need not be fetched
   * @throws dev.penstock.config.StartupException when it cannot join in time or cannot load what it
   *     must, with a sentence for the person at the terminal
   */
  public static WorkerNode start(
      Vertx vertx, WorkerConfig config, ModelRepository repository, Device device) {
    if (outline()) {
      throw new UnsupportedOperationException(vertx + " " + config + " " + repository + device);
    }
    return null;
  }

  /**
   * As {@link #start} but over the cluster member of a router in the same process, which is not
   * closed at the end.
   */
  public static WorkerNode startBeside(
      HazelcastInstance router,
      Vertx vertx,
      WorkerConfig config,
      ModelRepository repository,
      Device device) {
    if (outline()) {
      throw new UnsupportedOperationException(
          router + " " + vertx + " " + config + " " + repository + device);
    }
    return null;
  }

  /**
   * Leaves in order: stops claiming, hands back what was not started, finishes, says goodbye.
   * Blocks.
   */
  public void stop() {}

  private static boolean outline() {
    return true;
  }
}

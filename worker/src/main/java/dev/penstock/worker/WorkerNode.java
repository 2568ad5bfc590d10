package dev.penstock.worker;

import com.hazelcast.core.HazelcastInstance;
import dev.penstock.cluster.ClusterClient;
import dev.penstock.cluster.Membership;
import dev.penstock.config.StartupException;
import dev.penstock.config.WorkerConfig;
import dev.penstock.model.ModelRepository;
import dev.penstock.telemetry.Ticker;
import dev.penstock.worker.claim.WorkerAgent;
import dev.penstock.worker.engine.Device;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A running worker. */
public final class WorkerNode {
  private final @Nullable HazelcastInstance ownClient;
  private final WorkerAgent agent;
  private final AtomicBoolean stopped = new AtomicBoolean();

  private WorkerNode(@Nullable HazelcastInstance ownClient, WorkerAgent agent) {
    this.ownClient = ownClient;
    this.agent = agent;
  }

  /**
   * Joins the routers of the configuration, loads what is to be preloaded and returns when the
   * worker is ready. Blocks; not for event loops.
   *
   * @param repository packages that need not be fetched
   * @throws StartupException when it cannot join in time or cannot load what it must, with a
   *     sentence for the person at the terminal
   */
  public static WorkerNode start(
      Vertx vertx, WorkerConfig config, ModelRepository repository, Device device) {
    HazelcastInstance client = ClusterClient.start(config.id(), config.cluster(), config.join());
    WorkerAgent agent;
    try {
      agent =
          new WorkerAgent(
              vertx,
              client,
              Membership.of(client, config.join()),
              config,
              repository,
              device,
              Ticker.SYSTEM);
    } catch (RuntimeException e) {
      client.shutdown();
      throw e;
    }
    return started(new WorkerNode(client, agent));
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
    var agent =
        new WorkerAgent(
            vertx, router, Membership.of(router), config, repository, device, Ticker.SYSTEM);
    return started(new WorkerNode(null, agent));
  }

  private static WorkerNode started(WorkerNode node) {
    try {
      node.agent.start();
      return node;
    } catch (RuntimeException e) {
      node.stop();
      throw e;
    }
  }

  /**
   * Leaves in order: stops claiming, hands back what was not started, finishes, says goodbye.
   * Blocks; again does nothing.
   */
  public void stop() {
    if (stopped.compareAndSet(false, true)) {
      agent.stop();
      if (ownClient != null) {
        ownClient.shutdown();
      }
    }
  }
}

package dev.penstock.cluster;

import com.hazelcast.collection.IQueue;
import com.hazelcast.core.HazelcastInstance;
import dev.penstock.job.JobDescriptor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The job queues of the cluster, one for each model, ordered by {@link
 * dev.penstock.job.DescriptorOrder}. Every method is a call over the network that blocks: never on
 * an event loop. Every method may throw what Hazelcast throws when there is no router to ask.
 *
 * <p>Items are taken with {@code poll} alone: {@code drainTo} with a limit duplicates and loses
 * items of an ordered queue (hazelcast/hazelcast#26344).
 */
public final class JobQueues {
  static final String PREFIX = "penstock.jobs.";

  private final HazelcastInstance hazelcast;

  public JobQueues(HazelcastInstance hazelcast) {
    this.hazelcast = hazelcast;
  }

  /**
   * Puts a job into its place. A second copy of the same descriptor may stand in the queue; it is
   * harmless.
   */
  public void offer(JobDescriptor job) {
    if (!queue(job.model()).offer(job.toBytes())) {
      throw new IllegalStateException("the queue of " + job.model() + " refused " + job.id());
    }
  }

  /** Takes the first job of a model, at once or not at all. It is gone from the queue then. */
  public @Nullable JobDescriptor poll(String model) {
    byte[] bytes = queue(model).poll();
    return bytes == null ? null : JobDescriptor.fromBytes(bytes);
  }

  /** The first job of a model, which stays where it is; another worker may take it meanwhile. */
  public @Nullable JobDescriptor peek(String model) {
    byte[] bytes = queue(model).peek();
    return bytes == null ? null : JobDescriptor.fromBytes(bytes);
  }

  /** Takes a job out of its queue, wherever it stands. */
  public boolean remove(JobDescriptor job) {
    return queue(job.model()).remove(job.toBytes());
  }

  /**
   * Takes jobs of a model out of its queue, wherever they stand; those it does not have are none.
   */
  public void removeAll(String model, Collection<JobDescriptor> jobs) {
    queue(model).removeAll(jobs.stream().map(JobDescriptor::toBytes).toList());
  }

  /** All jobs of a model, in no order. */
  public List<JobDescriptor> snapshot(String model) {
    var jobs = new ArrayList<JobDescriptor>();
    queue(model).forEach(bytes -> jobs.add(JobDescriptor.fromBytes(bytes)));
    return jobs;
  }

  /** Jobs of a model that nobody has taken yet. */
  public int depth(String model) {
    return queue(model).size();
  }

  /** The models that have had a job since the cluster began. */
  public Set<String> models() {
    return hazelcast.getDistributedObjects().stream()
        .map(object -> object.getName())
        .filter(name -> name.startsWith(PREFIX))
        .map(name -> name.substring(PREFIX.length()))
        .collect(Collectors.toSet());
  }

  private IQueue<byte[]> queue(String model) {
    return hazelcast.getQueue(PREFIX + model);
  }
}

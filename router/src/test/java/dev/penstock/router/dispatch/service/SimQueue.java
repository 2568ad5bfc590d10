package dev.penstock.router.dispatch.service;

import dev.penstock.job.DescriptorOrder;
import dev.penstock.job.JobDescriptor;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The ordered queues of the cluster with the semantics of Hazelcast's: what is polled is gone, also
 * when nobody hears of it; what is offered may be stored twice, or not at all; calls wait while the
 * queue's owner is away.
 */
final class SimQueue {
  private final SimWorld world;
  private final Map<String, PriorityQueue<Item>> queues = new HashMap<>();
  private long stalledUntil;

  /** How likely an offer is stored twice, is stored without a word, or is lost. */
  double troubledOffers;

  /** How likely a polled item vanishes on its way. */
  double lostPolls;

  @SuppressWarnings("ArrayRecordComponent") // compared by the queue's own order
  private record Item(JobDescriptor job, byte[] bytes) {
    private static final Comparator<Item> ORDER =
        Comparator.comparing(Item::bytes, new DescriptorOrder());
  }

  SimQueue(SimWorld world) {
    this.world = world;
  }

  /** Its owner hangs or moves. */
  void stall(long nanos) {
    world.trace("the queues stand still for", nanos / 1_000_000, "ms");
    stalledUntil = Math.max(stalledUntil, world.now() + nanos);
  }

  /** The last router is gone, and the queues with it. */
  void clear() {
    queues.clear();
  }

  long stalledUntil() {
    return stalledUntil;
  }

  /** A call: there, the operation, and back. */
  private <T> void call(SimProcess by, Operation<T> operation, Consumer<T> result) {
    long there = Math.max(0, stalledUntil - world.now()) + world.between(30_000, 300_000);
    world.after(
        there,
        () -> {
          T answer = operation.run();
          world.after(
              world.between(30_000, 200_000), () -> by.receive(() -> result.accept(answer)));
        });
  }

  private interface Operation<T> {
    T run();
  }

  void offer(SimProcess by, JobDescriptor job, Runnable stored) {
    var item = new Item(job, job.toBytes());
    boolean troubled = world.chance(troubledOffers);
    int copies = troubled ? world.below(3) : 1;
    boolean heard = !troubled || world.chance(0.5);
    this.<Boolean>call(
        by,
        () -> {
          for (int copy = 0; copy < copies; copy++) {
            queue(job.model()).add(item);
          }
          return heard;
        },
        told -> {
          if (told && copies > 0) {
            stored.run();
          }
        });
  }

  /** Told the first job of a queue, or null when there is none. */
  interface Taken {
    void by(@Nullable JobDescriptor job);
  }

  /**
   * @param taken told the first job, or null when there is none
   * @param failed told when the call failed, whatever became of the item
   */
  void poll(SimProcess by, String model, Taken taken, Runnable failed) {
    boolean lost = world.chance(lostPolls);
    this.<Found>call(
        by,
        () -> new Found(queue(model).poll()),
        found -> {
          if (lost) {
            world.trace(by.name, "loses what it polled", String.valueOf(found.job()));
            failed.run();
          } else {
            taken.by(found.job());
          }
        });
  }

  private record Found(@Nullable Item item) {
    @Nullable JobDescriptor job() {
      return item == null ? null : item.job();
    }
  }

  void remove(SimProcess by, JobDescriptor job) {
    this.<Boolean>call(
        by, () -> queue(job.model()).removeIf(item -> item.job().equals(job)), removed -> {});
  }

  void snapshot(SimProcess by, String model, Consumer<List<JobDescriptor>> found) {
    this.<List<JobDescriptor>>call(by, () -> jobs(model), found);
  }

  /** What stands in a queue now. */
  List<JobDescriptor> jobs(String model) {
    return queue(model).stream().map(Item::job).toList();
  }

  private PriorityQueue<Item> queue(String model) {
    return queues.computeIfAbsent(model, name -> new PriorityQueue<>(Item.ORDER));
  }
}

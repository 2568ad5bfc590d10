package dev.penstock.router.dispatch.service;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands out the order tags of this router's jobs: its own count, never behind the virtual time of
 * the cluster.
 *
 * <p>Virtual time is the largest tag any worker has claimed; workers carry it from router to
 * router. A router that was quiet or has just started thus joins the order where the others are
 * now, instead of overtaking everything that waits or being overtaken for ever. No clock is
 * involved. The start-time tags of fair queueing take the same place.
 */
final class OrderTags {
  private final AtomicLong last = new AtomicLong();

  long next() {
    return last.incrementAndGet();
  }

  /** Learns how far the cluster is. */
  void observe(long virtualTime) {
    last.accumulateAndGet(virtualTime, Math::max);
  }
}

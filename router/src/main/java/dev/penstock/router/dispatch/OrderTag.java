package dev.penstock.router.dispatch;

/**
 * A job's place in the order, in microseconds of virtual time.
 *
 * @param start what its queue is ordered by
 * @param finish where the next job of the same sender starts at the earliest
 */
public record OrderTag(long start, long finish) {}

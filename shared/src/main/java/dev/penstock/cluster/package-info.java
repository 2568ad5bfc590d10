/** Hazelcast members and clients, the job queues, membership, and control messages. */
@NullMarked
package dev.penstock.cluster;

import org.jspecify.annotations.NullMarked;

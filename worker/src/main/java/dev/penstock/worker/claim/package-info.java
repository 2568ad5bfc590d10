/** The worker's side of the cluster: control channel, claims, results, model packages. */
@NullMarked
package dev.penstock.worker.claim;

import org.jspecify.annotations.NullMarked;

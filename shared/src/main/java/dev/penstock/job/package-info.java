/**
 * What travels between a router and a worker: jobs, their results, their timings, and the wire form
 * of all three.
 */
@NullMarked
package dev.penstock.job;

import org.jspecify.annotations.NullMarked;

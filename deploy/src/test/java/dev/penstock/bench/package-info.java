/**
 * Benchmarks, run with {@code mvn verify -Pbench -DskipTests}; docs/performance.md has their
 * numbers.
 */
@NullMarked
package dev.penstock.bench;

import org.jspecify.annotations.NullMarked;

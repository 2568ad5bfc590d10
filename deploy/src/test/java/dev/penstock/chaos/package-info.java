/**
 * The promises of {@code docs/reliability.md}, proved by breaking real processes behind a real
 * balancer. The Maven profile {@code chaos} runs it.
 */
@NullMarked
package dev.penstock.chaos;

import org.jspecify.annotations.NullMarked;

/** What computes: the contract of devices, and what all of them share. */
@NullMarked
package dev.penstock.worker.engine;

import org.jspecify.annotations.NullMarked;

/**
 * What the integration tests share: processes, clients, load, and the checks that hold for every
 * answer and after every test.
 */
@NullMarked
package dev.penstock.it.kit;

import org.jspecify.annotations.NullMarked;

/**
 * What the public API asks of the dispatcher: admission of a request and its one outcome. The parts
 * that do it are in the packages below.
 */
@NullMarked
package dev.penstock.router.dispatch;

import org.jspecify.annotations.NullMarked;

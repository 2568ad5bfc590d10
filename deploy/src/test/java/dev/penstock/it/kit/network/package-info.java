/** Where the processes of a test run and what lies between them: a network that can be cut. */
@NullMarked
package dev.penstock.it.kit.network;

import org.jspecify.annotations.NullMarked;

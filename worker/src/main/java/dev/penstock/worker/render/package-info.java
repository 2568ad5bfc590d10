/** Drawing predictions onto pictures. */
@NullMarked
package dev.penstock.worker.render;

import org.jspecify.annotations.NullMarked;

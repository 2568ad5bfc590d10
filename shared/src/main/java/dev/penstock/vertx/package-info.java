/** The one place that touches what Vert.x does not promise to keep. */
@NullMarked
package dev.penstock.vertx;

import org.jspecify.annotations.NullMarked;

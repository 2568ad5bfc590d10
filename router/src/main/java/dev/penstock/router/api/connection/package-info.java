/** The public port: its listeners, TLS, and how long a connection may do nothing. */
@NullMarked
package dev.penstock.router.api.connection;

import org.jspecify.annotations.NullMarked;

/** What a router and a worker can be told, one small record per concern. */
@NullMarked
package dev.penstock.config;

import org.jspecify.annotations.NullMarked;

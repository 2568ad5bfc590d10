/**
 * Clients of the hosted API as their users install them, against a started Penstock: {@code mvn -P
 * clients -DskipTests verify}. What they do is written in their own languages, in the resources of
 * the same name.
 */
@NullMarked
package dev.penstock.clients;

import org.jspecify.annotations.NullMarked;

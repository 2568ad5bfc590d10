/**
 * What is answered with exports beside what their own tools find with the same files: {@code mvn -P
 * exports -DskipTests verify}. The resources of the same name make them.
 */
@NullMarked
package dev.penstock.exports;

import org.jspecify.annotations.NullMarked;

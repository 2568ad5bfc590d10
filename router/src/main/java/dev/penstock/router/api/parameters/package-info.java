/**
 * What clients say in queries and JSON bodies, checked by the rules of the reference server:
 * numbers and truth values may be given as text, and what does not fit is answered 422 with the
 * place of each problem.
 */
@NullMarked
package dev.penstock.router.api.parameters;

import org.jspecify.annotations.NullMarked;

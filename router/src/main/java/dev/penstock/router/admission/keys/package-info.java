/** API keys: who may ask for what, how often, and how that is written down. */
@NullMarked
package dev.penstock.router.admission.keys;

import org.jspecify.annotations.NullMarked;

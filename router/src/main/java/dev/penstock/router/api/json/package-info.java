/** JSON bodies of strangers, read in one pass at a cost that their structure cannot raise. */
@NullMarked
package dev.penstock.router.api.json;

import org.jspecify.annotations.NullMarked;

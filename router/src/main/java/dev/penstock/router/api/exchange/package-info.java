/** One HTTP exchange: reading its body, answering it once, and the record it leaves. */
@NullMarked
package dev.penstock.router.api.exchange;

import org.jspecify.annotations.NullMarked;

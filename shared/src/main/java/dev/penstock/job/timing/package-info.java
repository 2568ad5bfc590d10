/** Where the time of a job went. */
@NullMarked
package dev.penstock.job.timing;

import org.jspecify.annotations.NullMarked;

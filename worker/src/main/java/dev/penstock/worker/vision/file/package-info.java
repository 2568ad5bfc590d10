/** What the bytes of a picture's file say before anybody decodes them. */
@NullMarked
package dev.penstock.worker.vision.file;

import org.jspecify.annotations.NullMarked;

/** ONNX files that describe themselves, in the metadata that export tools note in them. */
@NullMarked
package dev.penstock.model.export;

import org.jspecify.annotations.NullMarked;

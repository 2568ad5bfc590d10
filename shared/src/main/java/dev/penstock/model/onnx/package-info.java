/**
 * What an ONNX file says of itself: the few fields of its protobuf form that describe a model,
 * without its graph and weights and without ONNX Runtime.
 */
@NullMarked
package dev.penstock.model.onnx;

import org.jspecify.annotations.NullMarked;

/** Folders of model packages: found and followed, cached, and added to. */
@NullMarked
package dev.penstock.model.repository;

import org.jspecify.annotations.NullMarked;

/** {@code penstock models}: what lies in a repository, whether it runs, and how fast. */
@NullMarked
package dev.penstock.cli.models;

import org.jspecify.annotations.NullMarked;

package dev.penstock.cli.doctor;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What a machine is to run, and with that, what is looked at. */
enum Role {
  LOCAL(true, true, false),
  ROUTER(true, false, true),
  WORKER(false, true, true);

  /** Whether clients come to it. */
  final boolean listens;

  /** Whether it has a device. */
  final boolean computes;

  /** Whether it has to do with other machines. */
  final boolean meets;

  Role(boolean listens, boolean computes, boolean meets) {
    this.listens = listens;
    this.computes = computes;
    this.meets = meets;
  }

  /** Reads its name. */
  static final class Converter implements ITypeConverter<Role> {
    @Override
    public Role convert(String value) {
      try {
        return Role.valueOf(value.toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("'" + value + "' is none of local, router, worker");
      }
    }
  }
}

package dev.penstock.it.kit.network;

import java.util.List;

/**
 * Where a process runs.
 *
 * @param command what its command line begins with; may be empty
 * @param host the address it listens on
 * @param advertise the address by which others reach it
 */
public record Place(List<String> command, String host, String advertise) {
  public Place {
    command = List.copyOf(command);
  }
}

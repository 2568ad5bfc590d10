package dev.penstock.it.kit.network;

import dev.penstock.config.HostPort;
import java.util.List;

/** What lies between the processes of a test. */
public interface Network extends AutoCloseable {
  /** Where the process of that name runs, each time it is started. */
  Place place(String name);

  /** A process of that name runs now. */
  default void started(String name, long pid) {}

  /** A router listens for workers and other routers at these advertised addresses. */
  default void listens(String name, List<HostPort> addresses) {}

  @Override
  void close();

  /** All on 127.0.0.1, with nothing in between. */
  Network LOOPBACK =
      new Network() {
        private final Place place = new Place(List.of(), "127.0.0.1", "127.0.0.1");

        @Override
        public Place place(String name) {
          return place;
        }

        @Override
        public void close() {}
      };
}

package dev.penstock.it.kit.network;

import dev.penstock.config.HostPort;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Processes on 127.0.0.1 whose routers advertise another loopback address, 127.0.1.N, with a gate
 * in front of what they listen on for workers and other routers. Needs no privileges. Clients
 * connect to routers directly.
 */
public final class GatedLoopback implements FragileNetwork {
  private static final String HOST = "127.0.0.1";
  private static final int FIRST = 11;
  private static final String UNKNOWN = "a process that was not announced";

  private final SocketOwners owners = new SocketOwners();
  private final Map<String, String> addresses = new ConcurrentHashMap<>();
  private final Map<HostPort, TcpGate> gates = new ConcurrentHashMap<>();
  private final Set<Pair> cuts = new HashSet<>();
  private boolean closed;

  @Override
  public Place place(String name) {
    String address =
        addresses.computeIfAbsent(name, added -> "127.0.1." + (FIRST + addresses.size()));
    return new Place(List.of(), HOST, address);
  }

  @Override
  public void started(String name, long pid) {
    owners.started(name, pid);
  }

  @Override
  public void listens(String name, List<HostPort> listeners) {
    for (HostPort listener : listeners) {
      // A router that is started again has the same ports, and its gates are still there.
      gates.computeIfAbsent(
          listener,
          added ->
              TcpGate.open(
                  new InetSocketAddress(listener.host(), listener.port()),
                  new InetSocketAddress(HOST, listener.port()),
                  from -> {
                    var pair = new Pair(name, owners.of(from, listener.port()).orElse(UNKNOWN));
                    return () -> awaitOpen(pair);
                  }));
    }
  }

  private synchronized void awaitOpen(Pair pair) throws InterruptedException {
    while (cuts.contains(pair) && !closed) {
      wait();
    }
  }

  @Override
  public synchronized void cut(String one, String other) {
    cuts.add(new Pair(one, other));
  }

  @Override
  public synchronized void heal() {
    cuts.clear();
    notifyAll();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    gates.values().forEach(TcpGate::close);
  }
}

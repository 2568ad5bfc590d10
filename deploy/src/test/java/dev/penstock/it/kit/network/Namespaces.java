package dev.penstock.it.kit.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A network namespace for each process, and between any two of them that talk a cable of their own
 * (a veth pair), which can be pulled or made bad. Addresses are of 10.77.0.0/24 and exist in these
 * namespaces alone.
 *
 * <p>The test itself must run in a network and a mount namespace of its own, as {@code
 * src/test/chaos/bin/java} starts it: then everything made here goes away with the last process,
 * however that ends.
 */
public final class Namespaces implements FragileNetwork {
  /** Set by what starts the test in namespaces of its own. */
  private static final String MARK = "PENSTOCK_NAMESPACES";

  private static final String NET = "10.77.0.";
  private static final String BAD = "netem delay 40ms loss 10%";
  private static final String SLOW = "tbf rate 4mbit burst 32kb latency 200ms";

  private final Map<String, Namespace> namespaces = new TreeMap<>();
  private final List<Cable> cables = new ArrayList<>();
  private final List<Cable> pulled = new ArrayList<>();

  private Namespaces() {}

  /** Whether this process was started where such networks can be made. */
  public static boolean available() {
    return System.getenv(MARK) != null;
  }

  /**
   * Lays the network: every router has a cable to the test, to every other router and to every
   * worker.
   */
  public static Namespaces between(List<String> routers, List<String> workers) {
    var network = new Namespaces();
    Namespace test = network.add("");
    workers.forEach(network::add);
    var earlier = new ArrayList<>(workers);
    for (String router : routers) {
      Namespace namespace = network.add(router);
      network.lay(test, namespace);
      earlier.forEach(name -> network.lay(namespace, network.find(name)));
      earlier.add(router);
    }
    return network;
  }

  private Namespace add(String name) {
    var namespace = new Namespace(name, NET + (namespaces.size() + 1));
    namespaces.put(name, namespace);
    namespace.add();
    return namespace;
  }

  private void lay(Namespace one, Namespace other) {
    var cable = new Cable(one, other);
    cable.lay();
    cables.add(cable);
  }

  private Namespace find(String name) {
    Namespace found = namespaces.get(name);
    if (found == null) {
      throw new AssertionError("no namespace '" + name + "' in " + namespaces.keySet());
    }
    return found;
  }

  @Override
  public Place place(String name) {
    Namespace namespace = find(name);
    return new Place(namespace.enter(), namespace.address(), namespace.address());
  }

  @Override
  public synchronized void cut(String one, String other) {
    for (Cable cable : cables) {
      if (cable.ends(one, other) && !pulled.contains(cable)) {
        cable.pull();
        pulled.add(cable);
      }
    }
  }

  @Override
  public synchronized void heal() {
    pulled.forEach(Cable::plug);
    pulled.clear();
  }

  /**
   * Makes all cables of a process bad.
   *
   * @return what they are like now, in words
   */
  public synchronized String degrade(String name) {
    List<Cable> ends = cables.stream().filter(cable -> cable.ends(name)).toList();
    if (ends.stream().allMatch(cable -> cable.shape(BAD))) {
      return BAD;
    }
    repair(name);
    if (ends.stream().allMatch(cable -> cable.shape(SLOW))) {
      return SLOW + " (this kernel has no netem)";
    }
    repair(name);
    return "as it was (this kernel has neither netem nor tbf)";
  }

  /** Makes all cables of a process good again. */
  public synchronized void repair(String name) {
    cables.stream().filter(cable -> cable.ends(name)).forEach(Cable::unshape);
  }

  @Override
  public void close() {
    cables.forEach(Cable::remove);
    namespaces.values().forEach(Namespace::delete);
    cables.clear();
    namespaces.clear();
  }
}

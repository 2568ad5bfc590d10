package dev.penstock.it.kit.network;

import java.util.List;

/** A veth pair between two namespaces, and the routes over it. */
record Cable(Namespace one, Namespace other) {
  /** Lays it. */
  void lay() {
    // Made where both ends have names that are free, whatever other cables there are.
    one.run(
        "ip link add %s type veth peer name %s"
            .formatted(Namespace.end(other), Namespace.end(one)));
    if (!other.isOfTheTest()) {
      one.run("ip link set %s netns /run/netns/%s".formatted(Namespace.end(one), other.name()));
    }
    plug();
  }

  /** Connects both ends. */
  void plug() {
    plug(one, other);
    plug(other, one);
  }

  private static void plug(Namespace here, Namespace there) {
    String end = Namespace.end(there);
    here.run("ip link set " + end + " up");
    here.run(
        "ip route replace %s/32 dev %s src %s".formatted(there.address(), end, here.address()));
  }

  /** Pulls it at one end. The other end only notices the silence. */
  void pull() {
    other.run("ip link set " + Namespace.end(one) + " down");
  }

  /** Gives both ends a queueing discipline; false where this kernel does not have it. */
  boolean shape(String discipline) {
    return List.of(
            one.attempt(
                "tc qdisc replace dev %s root %s".formatted(Namespace.end(other), discipline)),
            other.attempt(
                "tc qdisc replace dev %s root %s".formatted(Namespace.end(one), discipline)))
        .stream()
        .allMatch(done -> done);
  }

  /** Takes the discipline away again, where there is one. */
  void unshape() {
    var unused = one.attempt("tc qdisc delete dev %s root".formatted(Namespace.end(other)));
    unused = other.attempt("tc qdisc delete dev %s root".formatted(Namespace.end(one)));
  }

  boolean ends(String name) {
    return one.name().equals(name) || other.name().equals(name);
  }

  boolean ends(String name, String otherName) {
    return ends(name) && ends(otherName);
  }

  /** Takes it away. */
  void remove() {
    var unused = one.attempt("ip link delete " + Namespace.end(other));
  }
}

package dev.penstock.cluster;

import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;

/**
 * What a member of the cluster does not do. Whoever reaches the cluster port can talk to
 * Hazelcast's open-source edition, which knows neither TLS nor passwords; so it offers as little as
 * it can. (REST is off unless it is asked for, and leaves Hazelcast.)
 */
final class ClusterHardening {
  private ClusterHardening() {}

  static void apply(Config config) {
    config.getJetConfig().setEnabled(false).setResourceUploadEnabled(false);
    config.getNetworkConfig().getMemcacheProtocolConfig().setEnabled(false);
    // Clients that say they are a Management Center may come from this machine alone.
    config
        .getManagementCenterConfig()
        .setConsoleEnabled(false)
        .setDataAccessEnabled(false)
        .setScriptingEnabled(false)
        .addTrustedInterface("127.0.0.1");
    config.getSerializationConfig().setJavaSerializationFilterConfig(onlyFailures());
  }

  /**
   * Queue items are bytes, and Hazelcast's own messages have a form of their own. What is left for
   * Java's serialization, which can be made to run code, are the failures that members tell each
   * other.
   */
  private static JavaSerializationFilterConfig onlyFailures() {
    ClassFilter allowed = new ClassFilter();
    allowed.addPrefixes("com.hazelcast.");
    allowed.addClasses(
        "java.lang.Throwable",
        "java.lang.Exception",
        "java.lang.RuntimeException",
        "java.lang.Error",
        "java.lang.IllegalArgumentException",
        "java.lang.IllegalStateException",
        "java.lang.NullPointerException",
        "java.lang.ClassCastException",
        "java.lang.IndexOutOfBoundsException",
        "java.lang.UnsupportedOperationException",
        "java.lang.SecurityException",
        "java.lang.InterruptedException",
        "java.lang.StackTraceElement",
        "[Ljava.lang.StackTraceElement;",
        "[Ljava.lang.Throwable;",
        "java.util.ArrayList",
        "java.util.Collections$EmptyList",
        "java.util.concurrent.CancellationException",
        "java.util.concurrent.CompletionException",
        "java.util.concurrent.ExecutionException",
        "java.util.concurrent.TimeoutException",
        "java.util.concurrent.RejectedExecutionException",
        "java.io.IOException",
        "java.io.EOFException",
        "java.io.UncheckedIOException");
    return new JavaSerializationFilterConfig()
        // The defaults allow whatever begins with "java".
        .setDefaultsDisabled(true)
        .setWhitelist(allowed);
  }
}

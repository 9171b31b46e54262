package io.flowpp.platform.tracking;

import java.util.Map;

/** What the processes of the managed server get to see of our environment. */
final class Environments {
  private Environments() {}

  /**
   * Ours without what would change the meaning of the server's own: another server's address and
   * secrets, another Python's folders.
   */
  static void withoutMlflow(Map<String, String> child, Map<String, String> ours) {
    child.clear();
    child.putAll(ours);
    child.keySet().removeIf(name -> name.startsWith("MLFLOW_") || name.startsWith("_MLFLOW_"));
    child.remove("PYTHONHOME");
    child.remove("PYTHONPATH");
    child.remove("FLOWPP_OFFLINE"); // asked for by name, the server is made
    child.remove(
        "GLIBC_TUNABLES"); // the launcher's, for tensors: it would only cost the server memory
  }
}

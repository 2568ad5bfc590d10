package dev.penstock.router.admission.keys;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Reads a key file: a YAML mapping from a key's name to what is said of it. */
final class KeyFileParser {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private final String file;

  private KeyFileParser(String file) {
    this.file = file;
  }

  /**
   * The keys of a file, at least one.
   *
   * @param file its name, for messages
   * @throws KeyFileException with file, line, and what is wrong
   */
  static List<ApiKey> parse(String file, String text) {
    var parser = new KeyFileParser(file);
    Node root = parser.compose(text);
    if (root == null || (root instanceof MappingNode map && map.getValue().isEmpty())) {
      throw new KeyFileException(
          file
              + " holds no keys, so everybody would be refused: make one with 'penstock keys"
              + " create', or start without --keys to let everybody in");
    }
    if (!(root instanceof MappingNode map)) {
      throw parser.wrong(root, "a key file starts with a name: 'shop-1: {hash: \"sha256:…\"}'");
    }
    return parser.keys(map);
  }

  private @Nullable Node compose(String text) {
    var options = new LoaderOptions();
    options.setCodePointLimit(KeyFile.LARGEST_BYTES);
    options.setProcessComments(false);
    try {
      return new Yaml(options).compose(new StringReader(text));
    } catch (MarkedYAMLException e) {
      // Not its whole message, which quotes the file.
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      throw new KeyFileException(
          file + ":" + line + ": this is not valid YAML: " + e.getProblem(), e);
    } catch (YAMLException e) {
      throw new KeyFileException(file + " is not valid YAML", e);
    }
  }

  private List<ApiKey> keys(MappingNode map) {
    var keys = new ArrayList<ApiKey>();
    Set<String> names = new HashSet<>();
    Map<KeyHash, String> hashes = new HashMap<>();
    for (NodeTuple entry : map.getValue()) {
      String name = name(entry.getKeyNode());
      if (!names.add(name)) {
        throw wrong(entry.getKeyNode(), "there is another key called '" + name + "' above");
      }
      ApiKey key = KeyEntry.read(this, entry.getKeyNode(), name, entry.getValueNode());
      String same = hashes.put(key.hash(), name);
      if (same != null) {
        throw wrong(
            entry.getKeyNode(), "'" + name + "' has the hash of '" + same + "': make one for each");
      }
      keys.add(key);
    }
    return keys;
  }

  /** Names are seen in logs, so what may be a key is neither taken for one nor repeated. */
  private String name(Node node) {
    String name = node instanceof ScalarNode scalar ? scalar.getValue() : "";
    if (!NAME.matcher(name).matches()) {
      throw wrong(
          node, "a name is at most 64 letters, digits, '.', '_' and '-', and not itself a mapping");
    }
    if (name.startsWith(NewKey.PREFIX)) {
      throw wrong(
          node,
          "this name looks like a key: write what it is called here, and its hash under 'hash'");
    }
    return name;
  }

  KeyFileException wrong(Node at, String what) {
    return new KeyFileException(file + ":" + (at.getStartMark().getLine() + 1) + ": " + what);
  }
}
